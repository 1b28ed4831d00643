import { z } from 'zod';
import { misfitOf } from './kind-schemas.ts';
import { parseQualifiedTopic, VIEWER_NAMESPACES, type ViewerNamespace } from './topic.ts';
import { updateSchema, type Update } from './update.ts';

const originSchema = z.enum(['simulated', 'recorded']);

const streamSchema = z.object({
  /** Where it stands at the start. */
  timeMs: z.number().int(),
  /** How many of its milliseconds go by in one of the recording's stream. */
  speed: z.number().positive(),
});

/**
 * A recording is NDJSON: the header, then one update a line whose topic is written with its namespace
 * (`markets/quote:ACME`). The order of the lines is the order of the updates; `time` need not rise. Where it turns out that
 * something else is to be said of what is recorded, the header comes again: the last one counts.
 */
export const recordingHeaderSchema = z.object({
  bigboard: z.literal(1),
  title: z.string().min(1),
  /** Where the facts come from, as it should be credited. */
  source: z.string().min(1),
  licence: z.string().min(1),
  /** What a viewer is told about the data: `simulated` was made up by a program, `recorded` really happened. */
  origin: originSchema,
  /** Where what one namespace tells is not of the origin of the rest. */
  origins: z.partialRecord(z.enum(VIEWER_NAMESPACES), originSchema).optional(),
  /** Where what one namespace tells has a title of its own. */
  titles: z.partialRecord(z.enum(VIEWER_NAMESPACES), z.string().min(1)).optional(),
  /** True when the times are arranged rather than the original ones; a list names the namespaces where they are. */
  staged: z.union([z.boolean(), z.array(z.enum(VIEWER_NAMESPACES))]).optional(),
  /** Stream milliseconds for one wall millisecond that show this recording best. */
  speed: z.number().positive().optional(),
  /** Clocks that the event times of a namespace go by, where that is not the recording's own: of a capture, those of its feeds. */
  streams: z.partialRecord(z.enum(VIEWER_NAMESPACES), streamSchema).optional(),
  /** Stream time at which it begins, when the first updates tell of something earlier; else the time of the first one. */
  startTimeMs: z.number().int().optional(),
  /** A longer pause in stream time is played as this one, in milliseconds: nobody waits through a closed market's night. */
  longestPauseMs: z.number().int().positive().optional(),
  /** Stream time at which a looping replay starts over; the time of the last update when absent. */
  endTimeMs: z.number().int().optional(),
});
export type RecordingHeader = z.infer<typeof recordingHeaderSchema>;

/** One update and the namespace it belongs to. */
export interface NamespacedUpdate {
  readonly namespace: ViewerNamespace;
  readonly update: Update;
}

/** A line of a recording. */
export interface RecordedUpdate extends NamespacedUpdate {
  /**
   * When it is played, on the recording's own stream clock; `update.time` when absent. A capture of several feeds at once has
   * it, as their event times are of different years.
   */
  readonly dueMs?: number;
}

export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly line: number;
  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
  }
}

/** @param text of a line */
export function isHeader(text: string): boolean {
  return text.startsWith('{"bigboard":');
}

export function formatHeader(header: RecordingHeader): string {
  return JSON.stringify(header) + '\n';
}

export function formatUpdate({ namespace, update, dueMs }: RecordedUpdate): string {
  return JSON.stringify({ ...update, topic: `${namespace}/${update.topic}`, due: dueMs }) + '\n';
}

/** @throws RecordingError when the text is not a recording's header */
export function parseHeader(text: string, line = 1): RecordingHeader {
  const parsed = recordingHeaderSchema.safeParse(parseJson(text, line));
  if (!parsed.success) throw new RecordingError(line, `not a Bigboard recording: ${firstIssue(parsed.error)}`);
  return parsed.data;
}

/** @throws RecordingError naming the line when it is not an update */
export function parseUpdateLine(text: string, line: number): RecordedUpdate {
  return readUpdate(parseJson(text, line), line);
}

/** @param value of a line's JSON @throws RecordingError naming the line when it is not an update */
export function readUpdate(value: unknown, line: number): RecordedUpdate {
  const { due, ...raw } = isRecord(value) ? value : {};
  const qualified = typeof raw['topic'] === 'string' ? parseQualifiedTopic(raw['topic']) : undefined;
  if (qualified === undefined) throw new RecordingError(line, 'no topic like markets/quote:ACME');
  const parsed = updateSchema.safeParse({ ...raw, topic: qualified.topic });
  if (!parsed.success) throw new RecordingError(line, firstIssue(parsed.error));
  const misfit = misfitOf(qualified.namespace, parsed.data);
  if (misfit !== undefined) throw new RecordingError(line, `${qualified.topic}: ${misfit}`);
  const { namespace } = qualified;
  if (due === undefined) return { namespace, update: parsed.data };
  if (!Number.isSafeInteger(due)) throw new RecordingError(line, 'due: not a time in milliseconds');
  return { namespace, update: parsed.data, dueMs: due as number };
}

function parseJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordingError(line, `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'invalid' : `${issue.path.join('.') || 'line'}: ${issue.message}`;
}

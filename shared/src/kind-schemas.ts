import { z } from 'zod';
import { directoryEntrySchema, feedStatusSchema } from './directory.ts';
import {
  closedCandleSchema,
  depthSchema,
  formingCandleSchema,
  moversSchema,
  quoteSchema,
  sessionSchema,
  sparkSchema,
  tradeSchema,
  watchRowSchema,
} from './market.ts';
import {
  matchEventSchema,
  matchSchema,
  scoreCardSchema,
  tableSchema,
  winProbabilityEntrySchema,
  winProbabilitySchema,
} from './sport.ts';
import type { ViewerNamespace } from './topic.ts';
import { parseTopic } from './topic.ts';
import type { Update } from './update.ts';

interface KindSchemas {
  /** What may stand in the fields of an update, which names only what changed. */
  readonly fields?: z.ZodType;
  readonly entry?: z.ZodType;
}

/** An update names some fields of the whole, and deletes one by `null`. Other names than these are an adopter's own. */
function someOf(whole: z.ZodObject<Record<string, z.ZodType>>): z.ZodType {
  const shape = Object.entries(whole.shape);
  return z.looseObject(Object.fromEntries(shape.map(([name, schema]) => [name, schema.nullable().optional()])));
}

/** A topic with a field for each of many things. */
function eachOf(field: z.ZodType): z.ZodType {
  return z.record(z.string(), field.nullable());
}

/** An entry that corrects another may have nothing else in it. */
const correction = z.looseObject({ corrects: z.number().int().positive() });
const entryOf = (schema: z.ZodType) => z.union([correction, schema]);

const BOTH: Readonly<Record<string, KindSchemas>> = {
  topics: { fields: eachOf(directoryEntrySchema) },
  feed: { fields: someOf(feedStatusSchema) },
};

const KINDS: Readonly<Record<ViewerNamespace, Readonly<Record<string, KindSchemas>>>> = {
  markets: {
    ...BOTH,
    quote: { fields: someOf(quoteSchema) },
    trades: { entry: entryOf(tradeSchema) },
    candles: { fields: someOf(formingCandleSchema), entry: closedCandleSchema },
    depth: { fields: someOf(depthSchema) },
    watch: { fields: eachOf(watchRowSchema) },
    sparks: { fields: eachOf(sparkSchema) },
    movers: { fields: someOf(moversSchema) },
    session: { fields: someOf(sessionSchema) },
  },
  sports: {
    ...BOTH,
    match: { fields: someOf(matchSchema), entry: entryOf(matchEventSchema) },
    winprob: { fields: someOf(winProbabilitySchema), entry: entryOf(winProbabilityEntrySchema) },
    scores: { fields: eachOf(scoreCardSchema) },
    table: { fields: someOf(tableSchema) },
  },
};

export function isKnownKind(namespace: ViewerNamespace, kind: string): boolean {
  return Object.hasOwn(KINDS[namespace], kind);
}

/**
 * Why the content of an update does not fit its topic's kind; undefined when it does. The page and the derivers believe
 * the types of the kinds they know. A kind nobody here knows, an adopter's own, may carry anything.
 */
export function misfitOf(namespace: ViewerNamespace, { topic, fields, log = [] }: Update): string | undefined {
  const { kind } = parseTopic(topic);
  const schemas = isKnownKind(namespace, kind) ? KINDS[namespace][kind] : undefined;
  return (
    (fields === undefined ? undefined : issueOf(schemas?.fields, fields)) ??
    log.map((entry) => issueOf(schemas?.entry, entry)).find((issue) => issue !== undefined)
  );
}

function issueOf(schema: z.ZodType | undefined, value: unknown): string | undefined {
  const parsed = schema?.safeParse(value);
  if (parsed === undefined || parsed.success) return undefined;
  const issue = parsed.error.issues[0];
  return `${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'not valid'}`;
}

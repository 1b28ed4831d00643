import { isKnownKind, misfitOf } from '@bigboard/shared/kind-schemas';
import { withOneZero } from '@bigboard/shared/json';
import { LIMITS } from '@bigboard/shared/limits';
import { isInScope } from '@bigboard/shared/producer-token';
import { isTopicName, parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import { updateSchema, type Update } from '@bigboard/shared/update';
import { idOf, type Flaw, type RawRow } from './row.ts';

/** Kinds of topics that Bigboard writes itself: two writers of one topic would undo each other. */
const OWN_KINDS: ReadonlySet<string> = new Set(['topics', 'feed', 'watch', 'sparks', 'movers', 'scores', 'winprob']);

/** What a row is held to besides the grammar. */
export interface RowRules {
  readonly namespace: ViewerNamespace;
  readonly scopes: readonly string[];
  /** Kinds besides the known ones; `*` is any. */
  readonly extraKinds: ReadonlySet<string>;
  /** There is a producer, so each row has an id; without one none may. */
  readonly isCounted: boolean;
}

/** Judges a row by itself; what becomes of its topic is for `DocumentLimits`. */
export function judgeRow(row: RawRow, rules: RowRules): Update | Flaw {
  if ('unreadable' in row) return { code: 'bad_request', message: row.unreadable };
  const { value } = row;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: 'bad_request', message: 'a row is an object' };
  }
  const flaw = flawOfId({ value }, rules);
  if (flaw !== undefined) return flaw;
  const { id: _id, ...rest } = value as Record<string, unknown>;
  if (!isTopicName(rest['topic']))
    return { code: 'bad_topic', message: 'topic: kind[:id[:view]], of A-Z a-z 0-9 . _ -' };
  const parsed = updateSchema.safeParse(rest);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { code: 'bad_request', message: `${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'not valid'}` };
  }
  const update = withOneZero(parsed.data) as unknown as Update;
  return flawOfTopic(update, rules) ?? flawOfContent(update, rules) ?? update;
}

function flawOfId(row: { readonly value: object }, { isCounted }: RowRules): Flaw | undefined {
  if (isCounted && idOf(row) === undefined) return { code: 'bad_request', message: 'id: a whole number from 1 on' };
  if (isCounted || !Object.hasOwn(row.value, 'id')) return undefined;
  return {
    code: 'bad_request',
    message: 'id: of no use without a producer, as nothing would keep it from being doubled',
  };
}

function flawOfTopic({ topic }: Update, { namespace, scopes, extraKinds }: RowRules): Flaw | undefined {
  const { kind } = parseTopic(topic);
  if (OWN_KINDS.has(kind)) return { code: 'forbidden', message: `${topic}: Bigboard writes this topic itself` };
  if (!isInScope(scopes, namespace, topic)) {
    return { code: 'forbidden', message: `${namespace}/${topic}: the token is for ${scopes.join(', ').slice(0, 200)}` };
  }
  if (isKnownKind(namespace, kind) || extraKinds.has(kind) || extraKinds.has('*')) return undefined;
  return { code: 'unknown_kind', message: `${namespace} has no kind ${kind}: start the server with OWN_KINDS=${kind}` };
}

function flawOfContent(update: Update, { namespace }: RowRules): Flaw | undefined {
  for (const [index, entry] of (update.log ?? []).entries()) {
    const bytes = Buffer.byteLength(JSON.stringify(entry));
    if (bytes > LIMITS.entryBytes) {
      return { code: 'too_large', message: `log.${index}: ${bytes} bytes, at most ${LIMITS.entryBytes}` };
    }
  }
  const misfit = misfitOf(namespace, update);
  return misfit === undefined ? undefined : { code: 'bad_request', message: `${update.topic}: ${misfit}` };
}

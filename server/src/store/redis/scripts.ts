import type { Epoch, Seq } from '@bigboard/shared/position';
import { epochKeyList, type EpochKeys, type NamespaceKeys } from './keys.ts';
import { idTextOf, type HeadText } from './log-head.ts';
import { PEER_FORGOTTEN_MS } from './peers.ts';
import type { RedisLink } from './redis-link.ts';
import { readScript } from './redis-script.ts';

const script = (name: string) => readScript(new URL(`./${name}.lua`, import.meta.url));
const append = script('append');
const look = script('look');
const settle = script('settle');
const keyframe = script('keyframe');
const producer = script('producer');

export const STORE_SCRIPTS = [append, look, settle, keyframe, producer];

/** What an append is sure of: a log that it has verified to hold what readers have seen. */
export interface VerifiedLog {
  readonly epoch: Epoch;
  readonly life: string;
}

export interface BatchTexts {
  readonly producer: string;
  readonly nonce: string;
  readonly acceptedAtMs: number;
  readonly fence?: { readonly name: string; readonly token: number };
  readonly numbering?: { readonly firstId: number; readonly lastId: number; readonly ids: readonly number[] };
  /** As JSON. */
  readonly checkpoint?: string;
  /** As JSON each. */
  readonly updates: readonly string[];
}

export type AppendAnswer =
  | { readonly is: 'moved' }
  | { readonly is: 'fenced' }
  | { readonly is: 'out_of_order'; readonly lastId: number }
  | {
      readonly is: 'ok';
      /** The newest entry before this call. */
      readonly before: HeadText;
      /** Of the entry made; undefined when there was nothing to be stored. */
      readonly id: string | undefined;
      /** So many of the first updates were stored already. */
      readonly skipped: number;
      /** The producer's newest id; undefined when it does not count. */
      readonly lastId: number | undefined;
    };

export async function runAppend(
  link: RedisLink,
  keys: NamespaceKeys,
  { epoch, life }: VerifiedLog,
  { producer: name, nonce, acceptedAtMs, fence, numbering, checkpoint = '', updates }: BatchTexts,
): Promise<AppendAnswer> {
  const { head, log, producers, checkpoints, fences } = keys.of(epoch);
  const numbers = numbering ?? { firstId: '', lastId: '', ids: [] };
  const reply = await link.run(
    append,
    [keys.epoch, keys.life, head, log, producers, checkpoints, fences],
    [
      ...[epoch, life, nonce, acceptedAtMs, name, fence?.name ?? '', fence?.token ?? ''],
      ...[numbers.firstId, numbers.lastId, numbers.ids.join(','), checkpoint],
      // One text, however many there are; where each ends is asked only of those that may have been stored before.
      ...[updates.length, updates.join(','), numbering === undefined ? '' : bytesOfEach(updates)],
    ],
  );
  const [is, ...rest] = reply as readonly string[];
  if (is === 'moved' || is === 'fenced') return { is };
  if (is === 'out_of_order') return { is, lastId: Number(rest[0]) };
  const [before = '', id = '', skipped, lastId = ''] = rest;
  return {
    is: 'ok',
    before,
    id: id === '' ? undefined : id,
    skipped: Number(skipped),
    lastId: lastId === '' ? undefined : Number(lastId),
  };
}

function bytesOfEach(texts: readonly string[]): string {
  return texts.map((text) => Buffer.byteLength(text)).join(',');
}

/** How a namespace stands in Redis. Empty texts where there is nothing. */
export interface Look {
  readonly epoch: Epoch;
  readonly life: string;
  readonly generation: number;
  readonly continues: string;
  readonly head: string;
  readonly keyframe: string;
  /** The entry that has the place of the one asked for. */
  readonly atOwn: string;
  /** The id of the oldest entry that is still there. */
  readonly oldest: string;
  readonly claims: ReadonlyMap<string, string>;
  /** Who looked in the last seconds. */
  readonly instances: readonly string[];
}

export interface Looker {
  readonly instance: string;
  /** The newest entry that it holds. */
  readonly own?: HeadText | undefined;
  readonly claim?: ClaimText;
}

export interface ClaimText {
  readonly text: string;
  /** The situation it speaks of; it is made only if that is still so. */
  readonly epoch: string;
  readonly life: string;
}

type LookReply = readonly [
  ...texts: readonly [string, string, string, string, string, string, string, string],
  claims: readonly string[],
  instances: readonly string[],
];

const CLAIM_KEPT_MS = 60_000;
/** An epoch that is no more is taken away at once, or goes after this. */
const LEFT_KEPT_MS = 60_000;

export async function runLook(
  link: RedisLink,
  keys: NamespaceKeys,
  runId: string,
  { instance, own, claim }: Looker,
): Promise<Look> {
  const reply = await link.run(
    look,
    [keys.epoch, keys.life, keys.generation, keys.continues, keys.claims(runId), keys.instances],
    [
      ...[keys.prefix, own === undefined ? '' : idTextOf(own), instance, claim?.text ?? ''],
      ...[claim?.epoch ?? '', claim?.life ?? '', CLAIM_KEPT_MS, PEER_FORGOTTEN_MS],
    ],
  );
  const [epoch, life, generation, continues, head, keyframeText, atOwn, oldest, flat, instances] = reply as LookReply;
  const claims = new Map<string, string>();
  for (let index = 0; index < flat.length; index += 2) claims.set(flat[index] ?? '', flat[index + 1] ?? '');
  return {
    ...{ epoch, life, generation: Number(generation), continues, head, keyframe: keyframeText, atOwn, oldest },
    ...{ claims, instances },
  };
}

export interface Settlement {
  readonly epoch: Epoch;
  /** The `run_id` of the process. */
  readonly life: string;
  readonly generation: number;
  /** JSON; empty when the epoch took over from nothing. */
  readonly continues: string;
}

/** @returns whether it is so now; false when others have decided since `seen` */
export async function runSettle(
  link: RedisLink,
  keys: NamespaceKeys,
  seen: Pick<Look, 'epoch' | 'life'>,
  { epoch, life, generation, continues }: Settlement,
): Promise<boolean> {
  const next = epochKeyList(keys.of(epoch));
  const before = seen.epoch === '' || seen.epoch === epoch ? [] : epochKeyList(keys.of(seen.epoch));
  const reply = await link.run(
    settle,
    [keys.epoch, keys.life, keys.generation, keys.continues, keys.claims(life), ...next, ...before],
    [seen.epoch, seen.life, epoch, life, generation, continues, next.length, LEFT_KEPT_MS],
  );
  return reply === 1;
}

export interface DocumentText {
  readonly topic: string;
  readonly seq: Seq;
  /** As JSON; undefined when it may go. */
  readonly state: string | undefined;
}

export interface KeyframeStep {
  readonly base: Seq;
  readonly documents: readonly DocumentText[];
  /** The new keyframe, with the last of the documents. */
  readonly keyframe?: Seq;
  /** The log before is not needed any more. */
  readonly trimTo?: Seq;
}

/** @returns the keyframe there is now; undefined when the epoch is no more. Nothing was written unless it began at `base` */
export async function runKeyframe(
  link: RedisLink,
  keys: NamespaceKeys,
  epoch: Epoch,
  { base, documents, keyframe: next, trimTo }: KeyframeStep,
): Promise<Seq | undefined> {
  const own: EpochKeys = keys.of(epoch);
  const reply = await link.run(
    keyframe,
    [keys.epoch, own.documents, own.keyframe, own.log],
    [epoch, base, next ?? '', trimTo ?? '', ...documents.flatMap(({ topic, seq, state = '' }) => [topic, seq, state])],
  );
  return reply === '' ? undefined : Number(reply);
}

export type ProducerAnswer = { readonly lastId: number; readonly checkpoint: string } | 'moved';

export async function runProducer(
  link: RedisLink,
  keys: NamespaceKeys,
  epoch: Epoch,
  name: string,
): Promise<ProducerAnswer> {
  const { producers, checkpoints } = keys.of(epoch);
  const reply = await link.run(producer, [keys.epoch, producers, checkpoints], [epoch, name]);
  const [is, lastId, checkpoint = ''] = reply as readonly string[];
  return is === 'ok' ? { lastId: Number(lastId), checkpoint } : 'moved';
}

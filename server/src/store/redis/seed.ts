import type { Epoch, Seq } from '@bigboard/shared/position';
import type { DocumentState } from '@bigboard/shared/topic-document';
import type { NamespaceLog } from '../namespace-log.ts';
import type { AppendedBatch, ProducerState } from '../store.ts';
import { epochKeyList, type EpochKeys, type NamespaceKeys } from './keys.ts';
import { seededHead } from './log-head.ts';
import type { RedisLink } from './redis-link.ts';

/** Whoever prepares an epoch may die over it. */
const UNSETTLED_MS = 120_000;
const PART_BYTES = 1_048_576;
const PART_COMMANDS = 500;

/** What a new epoch begins with. */
export interface Seed {
  readonly seq: Seq;
  readonly documents: readonly DocumentState[];
  readonly producers: readonly (readonly [name: string, state: ProducerState])[];
  /** The newest of the log, so that whoever reads it can go on. */
  readonly batches: readonly AppendedBatch[];
}

const EMPTY: Seed = { seq: 0, documents: [], producers: [], batches: [] };

/** What `log` holds at this moment; nothing when there is none. */
export function seedOf(log: NamespaceLog | undefined): Seed {
  if (log === undefined) return EMPTY;
  const documents = [...log.documents.values()].map((document) => document.state());
  return { seq: log.seq, documents, producers: [...log.producers], batches: log.newest };
}

/**
 * Writes an epoch that nobody reads from yet. Its numbers go on where the seed ends, so that whoever has a place in the
 * epoch before can go on from it.
 */
export async function writeEpoch(link: RedisLink, keys: NamespaceKeys, epoch: Epoch, seed: Seed): Promise<void> {
  const own = keys.of(epoch);
  await sendAll(link, commandsOf(own, seed));
  for (const key of epochKeyList(own)) await link.command('PEXPIRE', key, UNSETTLED_MS);
}

/** Takes away an epoch that came to nothing, or is no more. */
export async function dropEpoch(link: RedisLink, keys: NamespaceKeys, epoch: Epoch): Promise<void> {
  await link.command('UNLINK', ...epochKeyList(keys.of(epoch)));
}

type Command = readonly [name: string, ...args: (string | number)[]];

function* commandsOf(own: EpochKeys, { seq, documents, producers, batches }: Seed): Generator<Command> {
  yield ['SET', own.head, seededHead(seq)];
  yield ['SET', own.keyframe, seq];
  const stored = documents.filter(({ removed }) => !removed);
  for (const part of parts(stored.map((state) => [state.topic, `${state.seq}|${JSON.stringify(state)}`]))) {
    yield ['HSET', own.documents, ...part];
  }
  for (const part of parts(producers.map(([name, { lastId }]) => [name, String(lastId)]))) {
    yield ['HSET', own.producers, ...part];
  }
  const checkpoints = producers.filter(([, { checkpoint }]) => checkpoint !== undefined);
  for (const part of parts(checkpoints.map(([name, { checkpoint }]) => [name, JSON.stringify(checkpoint)]))) {
    yield ['HSET', own.checkpoints, ...part];
  }
  for (const batch of batches) yield ['XADD', own.log, ...seededEntry(batch)];
}

function seededEntry(batch: AppendedBatch): (string | number)[] {
  const { from, to, producer, acceptedAtMs, ids = [], lastId = '', updates } = batch;
  const [id = '', nonce = ''] = seededHead(to).split(' ');
  const texts = updates.map((update) => JSON.stringify(update)).join(',');
  const fields = ['a', seededHead(from), 'n', nonce, 'p', producer, 't', acceptedAtMs, 'i', ids.join(',')];
  return [id, ...fields, 'l', lastId, 'c', '', 'u', texts];
}

/** Many at a time, and never so many that one of them would wait too long for its answer. */
async function sendAll(link: RedisLink, commands: Iterable<Command>): Promise<void> {
  let sent: Promise<unknown>[] = [];
  let bytes = 0;
  for (const command of commands) {
    sent.push(link.command(...command));
    bytes += command.reduce<number>((sum, word) => sum + String(word).length, 0);
    if (bytes < PART_BYTES && sent.length < PART_COMMANDS) continue;
    await Promise.all(sent);
    sent = [];
    bytes = 0;
  }
  await Promise.all(sent);
}

/** Pairs in groups that one command can carry. */
function* parts(pairs: readonly (readonly string[])[]): Generator<string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const pair of pairs) {
    part.push(...pair);
    bytes += pair.reduce((sum, text) => sum + text.length, 0);
    if (bytes < PART_BYTES) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}

import type { Json } from '@bigboard/shared/json';
import type { Seq } from '@bigboard/shared/position';
import { TopicDocument, type DocumentState } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { NamespaceLog } from '../namespace-log.ts';
import type { AppendedBatch, ProducerState } from '../store.ts';
import type { EpochKeys, NamespaceKeys } from './keys.ts';
import type { LogEntry } from './log-entry.ts';
import { logIdOf, type HeadText } from './log-head.ts';
import { readLog } from './log-reader.ts';
import type { RedisLink } from './redis-link.ts';
import { runLook } from './scripts.ts';

const SCAN_COUNT = 100;
const ATTEMPTS = 5;

export interface Loaded {
  readonly log: NamespaceLog;
  readonly head: HeadText;
}

/** Reads a whole namespace. It changes meanwhile, so that the parts are of different moments; see `fold`. @throws RedisFailure */
export async function loadNamespace(
  link: RedisLink,
  namespace: ViewerNamespace,
  keys: NamespaceKeys,
  instance: string,
): Promise<Loaded> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const loaded = await attemptLoad(link, namespace, keys, instance);
    if (loaded !== undefined) return loaded;
  }
  throw new Error(`${namespace} could not be read in one piece: it changed each time`);
}

async function attemptLoad(
  link: RedisLink,
  namespace: ViewerNamespace,
  keys: NamespaceKeys,
  instance: string,
): Promise<Loaded | undefined> {
  const { epoch, head, keyframe } = await runLook(link, keys, '', { instance });
  if (epoch === '' || head === '') return undefined;
  const own = keys.of(epoch);
  const documents = await readDocuments(link, own);
  const producers = await readProducers(link, own);
  const entries: LogEntry[] = [];
  for await (const page of readLog(link, { namespace, epoch }, own)) entries.push(...page);
  const after = await runLook(link, keys, '', { instance });
  if (after.epoch !== epoch || !isComplete(entries, head, Number(keyframe))) return undefined;
  return fold(namespace, epoch, { documents, producers, entries, head, keyframe: Number(keyframe) });
}

/** Whether nothing is missing between the keyframe and the head: the log may have been trimmed in between. */
function isComplete(entries: readonly LogEntry[], head: HeadText, keyframe: Seq): boolean {
  const [first] = entries;
  if (first === undefined) return logIdOf(head).seq <= keyframe;
  const hasHole = entries.some(({ after }, index) => index > 0 && after !== entries[index - 1]?.head);
  return !hasHole && logIdOf(first.after).seq <= keyframe;
}

interface Parts {
  readonly documents: readonly DocumentState[];
  readonly producers: Map<string, ProducerState>;
  readonly entries: readonly LogEntry[];
  readonly head: HeadText;
  readonly keyframe: Seq;
}

/**
 * Each document takes only what is newer than itself, so that it does not matter when it was read; the log was read last and
 * has everything since the keyframe.
 */
function fold(
  namespace: ViewerNamespace,
  epoch: string,
  { documents, producers, entries, head, keyframe }: Parts,
): Loaded {
  const last = entries.at(-1)?.head ?? head;
  const { seq } = logIdOf(last);
  const folded = new Map(documents.map((state) => [state.topic, TopicDocument.restore(state)]));
  for (const { batch } of entries) {
    if (batch.to > keyframe) foldNewer(folded, batch, keyframe);
    const { producer, lastId, checkpoint } = batch;
    const before = producers.get(producer) ?? { lastId: 0 };
    const kept = checkpoint === undefined ? {} : { checkpoint };
    producers.set(producer, { ...before, lastId: Math.max(before.lastId, lastId ?? 0), ...kept });
  }
  const log = NamespaceLog.restore(namespace, { epoch, seq, documents: [] }, producers);
  for (const [topic, document] of folded) log.documents.set(topic, document);
  log.remember(entries.filter(({ batch }) => batch.updates.length > 0).map(({ batch }) => batch));
  return { log, head: last };
}

function foldNewer(documents: Map<string, TopicDocument>, { from, updates }: AppendedBatch, keyframe: Seq): void {
  updates.forEach((update, index) => {
    const seq = from + 1 + index;
    let document = documents.get(update.topic);
    if (seq <= keyframe || (document !== undefined && seq <= document.seq)) return;
    if (document === undefined) {
      document = new TopicDocument(update.topic, seq - 1);
      documents.set(update.topic, document);
    }
    document.apply(update, seq);
  });
}

async function readDocuments(link: RedisLink, keys: EpochKeys): Promise<DocumentState[]> {
  const documents = new Map<string, DocumentState>();
  for await (const [topic, text] of scanHash(link, keys.documents)) {
    documents.set(topic, JSON.parse(text.slice(text.indexOf('|') + 1)) as DocumentState);
  }
  return [...documents.values()];
}

async function readProducers(link: RedisLink, keys: EpochKeys): Promise<Map<string, ProducerState>> {
  const producers = new Map<string, ProducerState>();
  for await (const [name, lastId] of scanHash(link, keys.producers)) producers.set(name, { lastId: Number(lastId) });
  for await (const [name, text] of scanHash(link, keys.checkpoints)) {
    const checkpoint = JSON.parse(text) as Json;
    producers.set(name, { lastId: producers.get(name)?.lastId ?? 0, checkpoint });
  }
  return producers;
}

/** What is in a hash throughout; what is written meanwhile may come twice. */
async function* scanHash(link: RedisLink, key: string): AsyncGenerator<readonly [string, string], void, undefined> {
  let cursor = '0';
  do {
    const [next, pairs] = (await link.command('HSCAN', key, cursor, 'COUNT', SCAN_COUNT)) as [string, string[]];
    for (let index = 0; index < pairs.length; index += 2) yield [pairs[index] ?? '', pairs[index + 1] ?? ''];
    cursor = next;
  } while (cursor !== '0');
}

// A process of many readers. It is told what to do by the one that started it, and answers when it is done.
import { Random } from '../random.ts';
import { HistoryFile } from './history.ts';
import { ReaderClient, type ReaderTarget } from './reader-client.ts';

/** What it is told. */
export type ReadersOrder =
  | {
      readonly order: 'start';
      readonly file: string;
      readonly seed: number;
      readonly beganMs: number;
      /** Topics of each reader; the readers are numbered from `firstNumber` on. */
      readonly topics: readonly (readonly string[])[];
      readonly firstNumber: number;
      readonly targets: readonly ReaderTarget[];
    }
  /** All readers have to come to have so many entries of each topic; then it writes the end of its history. */
  | { readonly order: 'finish'; readonly lasts: Readonly<Record<string, number>>; readonly withinMs: number };

/** What it answers. */
export interface ReadersNews {
  readonly live: number;
  readonly isDone: boolean;
}

const TICK_MS = 200;
/** Connections are opened one after the other, as people come. */
const SPREAD_MS = 5;

const readers: ReaderClient[] = [];
let history: HistoryFile | undefined;

process.on('message', (order: ReadersOrder) => {
  if (order.order === 'start') start(order);
  else void finish(order);
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(1));

function start({
  file,
  seed,
  beganMs,
  topics,
  firstNumber,
  targets,
}: ReadersOrder & { readonly order: 'start' }): void {
  const written = new HistoryFile(file);
  history = written;
  topics.forEach((own, index) => {
    const number = firstNumber + index;
    const random = new Random(seed * 1_000 + number);
    const reader = new ReaderClient(number, own, targets, random, beganMs, (record) => written.write(record));
    readers.push(reader);
    setTimeout(() => reader.connect(), index * SPREAD_MS);
  });
  setInterval(() => {
    for (const reader of readers) reader.tick();
    tell(false);
  }, TICK_MS);
}

async function finish({ lasts, withinMs }: ReadersOrder & { readonly order: 'finish' }): Promise<void> {
  const isThere = (reader: ReaderClient) =>
    reader.isLive &&
    reader.topics.every((topic) => (reader.replica.document(topic)?.lastEntry ?? 0) >= (lasts[topic] ?? 0));
  for (const beganMs = performance.now(); performance.now() - beganMs < withinMs;) {
    if (readers.every(isThere)) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  for (const reader of readers) reader.finish();
  for (const reader of readers) reader.close();
  await history?.close();
  tell(true);
  process.disconnect();
  process.exit(0);
}

function tell(isDone: boolean): void {
  const news: ReadersNews = { live: readers.filter(({ isLive }) => isLive).length, isDone };
  process.send?.(news);
}

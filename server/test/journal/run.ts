import { FileJournal } from '../../src/journal/file-journal.ts';
import { recover } from '../../src/journal/recovery.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { StoreError } from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { Random } from '../model/random.ts';
import { checkHeld, checkLog, History } from './law.ts';
import { SimulatedDisk, type Operation } from './simulated-disk.ts';

const FOLDER = 'journal';
const LIVES = 4;
const BATCHES_A_LIFE = 30;
const PRODUCERS = ['feed', 'pushed:a', 'pushed:b'] as const;
const NAMESPACES = ['markets', 'sports'] as const;
/** Small, so that a life sees several segments. */
const SEGMENT_BYTES = 3_000;

export interface JournalRun {
  /** The law that was broken, or undefined. */
  readonly broken: string | undefined;
  readonly acknowledged: number;
  readonly segments: number;
  readonly failures: number;
}

/**
 * A store on a disk that fails and forgets, through several lives of the process, each ended in the middle of whatever it
 * was doing. What was acknowledged or shown has to be there afterwards, at its number, once.
 */
export async function runJournal(seed: number): Promise<JournalRun> {
  const random = new Random(seed);
  const history = new History();
  let disk = new SimulatedDisk();
  let segments = 0;
  let failures = 0;
  try {
    for (let life = 0; life < LIVES; life++) {
      const clock = new ManualClock();
      const { store, seen } = await open(disk, clock, history, life);
      await checkLog(store, disk, FOLDER, history);
      await live(store, disk, clock, random, history);
      segments += seen.segments;
      failures += seen.failures;
      if (random.chance(0.2)) {
        disk.trouble = () => undefined;
        clock.advance(5_000);
        await store.close();
      }
      disk = random.chance(0.5) ? disk.afterKill() : disk.afterPowerLoss(random);
    }
    const { store } = await open(disk, new ManualClock(), history, LIVES);
    await checkLog(store, disk, FOLDER, history);
    return { broken: undefined, acknowledged: history.acknowledged.length, segments, failures };
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    return { broken, acknowledged: history.acknowledged.length, segments, failures };
  }
}

async function open(disk: SimulatedDisk, clock: ManualClock, history: History, life: number) {
  const seen = { segments: 0, failures: 0 };
  const observer = {
    synced: () => undefined,
    failed: () => void seen.failures++,
    recovered: () => undefined,
    rotated: () => void seen.segments++,
    rotationFailed: () => undefined,
  };
  let epochs = 0;
  const newEpoch = () => `life-${life}-${++epochs}`;
  for (const { name, path } of await disk.list(FOLDER)) if (name.endsWith('.tmp')) await disk.remove(path);
  const recovery = await recover(disk, FOLDER, { skipCorrupt: false, newEpoch, onProgress: () => undefined });
  const options = {
    folder: FOLDER,
    retention: { bytes: Infinity, ms: Infinity },
    segmentBytes: SEGMENT_BYTES,
    segmentMs: Infinity,
    release: async () => undefined,
  };
  const active = recovery.active ?? recovery.newestNumber + 1;
  const journal = await FileJournal.open(disk, clock, recovery.logs, active, options, observer);
  const store = new MemoryStore(clock, recovery.logs, journal);
  await checkHeld(store, history);
  store.onAppended((batch) => {
    // What a process still did in the turn it was killed in, nobody saw.
    if (!disk.isGone) history.shown.push(batch);
  });
  return { store, seen };
}

/** Producers append, several at a time, while the disk fails now and then; it ends without waiting for anybody. */
async function live(
  store: MemoryStore,
  disk: SimulatedDisk,
  clock: ManualClock,
  random: Random,
  history: History,
): Promise<void> {
  disk.turns = () => (random.chance(0.1) ? random.below(60) : 3);
  disk.trouble = (operation: Operation, path: string) => {
    // What happens seldom, the making of a segment, fails more often.
    const isSeldom = operation === 'rename' || operation === 'remove' || path.endsWith('.tmp');
    if (!random.chance(isSeldom ? 0.1 : 0.02)) return undefined;
    const code = random.pick(['ENOSPC', 'EIO']);
    const isPartial = operation === 'write' || (operation === 'rename' && random.chance(0.5));
    return isPartial ? { code, partial: random.below(200) } : { code };
  };
  let underWay = 0;
  for (let count = 0; count < BATCHES_A_LIFE; count++) {
    const namespace = random.pick(NAMESPACES);
    const batch = history.nextBatch(namespace, random.pick(PRODUCERS), random);
    underWay++;
    void store
      .append(namespace, batch)
      .then(
        (appended) => {
          if (!disk.isGone) history.acknowledge(batch, appended);
        },
        (error: unknown) => {
          if (!(error instanceof StoreError)) history.defects.push(error);
        },
      )
      .finally(() => underWay--);
    const turns = random.below(40);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    if (random.chance(0.2)) clock.advance(random.below(30_000));
  }
  const turns = random.below(60);
  for (let turn = 0; turn < turns && underWay > 0; turn++) await Promise.resolve();
}

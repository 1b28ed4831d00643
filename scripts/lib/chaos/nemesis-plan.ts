import { Random } from '../random.ts';
import { FAULTS, type FaultKind } from './history.ts';

export interface PlannedFault {
  readonly kind: FaultKind;
  /** After the end of the one before. */
  readonly afterMs: number;
  /** How long it lasts; of a kill, until it is started again. */
  readonly lastsMs: number;
  /** Which instance it befalls, of as many as there are; kinds that choose for themselves pass it over. */
  readonly instance: number;
}

export interface NemesisOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly instances: number;
  /** Quiet between two faults, at least and at most. */
  readonly pauseMs: { readonly least: number; readonly most: number };
  /** Of what hangs: 2 to 15 s. */
  readonly hangMs: { readonly least: number; readonly most: number };
  readonly kinds?: readonly FaultKind[];
}

const HANGS: ReadonlySet<FaultKind> = new Set(['pause', 'pause-leader', 'redis-hang', 'blackhole']);
const SHORT_MS = { least: 300, most: 2_000 };

/** What happens when, from the seed: each kind once in another order, and again, until the time is up. */
export function planFaults(options: NemesisOptions): PlannedFault[] {
  const { seed, durationMs, instances, pauseMs, hangMs, kinds = FAULTS } = options;
  const random = new Random(seed);
  const plan: PlannedFault[] = [];
  let deck: FaultKind[] = [];
  for (let atMs = 0; ;) {
    if (deck.length === 0) deck = random.shuffled(kinds);
    const kind = deck.pop() as FaultKind;
    const { least, most } = HANGS.has(kind) ? hangMs : SHORT_MS;
    const lastsMs = random.between(least, most);
    const afterMs = random.between(pauseMs.least, pauseMs.most);
    atMs += afterMs + lastsMs;
    if (atMs > durationMs) return plan;
    plan.push({ kind, afterMs, lastsMs, instance: random.below(instances) });
  }
}

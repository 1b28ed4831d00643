import type { Acked, FaultBegan, FaultEnded } from '../history.ts';

/** An instance that was away for so long after Redis came back had no say in what is kept. */
const DECISION_MS = 5_000;

const LOSES_DATA: ReadonlySet<string> = new Set(['redis-wipe', 'redis-older', 'redis-restart']);

interface Span {
  readonly targets: readonly string[];
  readonly fromT: number;
  toT: number;
}

/**
 * What is acknowledged is in Redis, and in the replica of the instance that acknowledged it. Only if both are lost together
 * may it be gone: Redis came back without it, and that instance was killed, stood still or was cut off just then.
 */
export class Excuses {
  readonly #acks: readonly Acked[];
  readonly #dataLosses: readonly FaultBegan[];
  readonly #awaySpans: Span[] = [];

  constructor(acks: readonly Acked[], faults: readonly (FaultBegan | FaultEnded)[]) {
    this.#acks = acks;
    this.#dataLosses = faults.filter((fault): fault is FaultBegan => fault.k === 'fault' && LOSES_DATA.has(fault.kind));
    for (const fault of faults) {
      if (fault.k === 'fault') this.#awaySpans.push({ targets: fault.targets, fromT: fault.t, toT: Infinity });
      else {
        const open = this.#awaySpans.findLast(
          ({ targets, toT }) => toT === Infinity && targets.join() === fault.targets.join(),
        );
        if (open !== undefined) open.toT = fault.t;
      }
    }
  }

  isExcused(producer: string, id: number): boolean {
    const ack = this.#acks.find((acked) => acked.producer === producer && acked.to >= id);
    if (ack === undefined) return false;
    return this.#dataLosses.some((loss) => {
      const keptUntilT = loss.copiedT ?? (loss.kind === 'redis-wipe' ? -Infinity : loss.t - DECISION_MS);
      if (ack.t > loss.t || ack.t < keptUntilT) return false;
      return this.#awaySpans.some(
        ({ targets, fromT, toT }) => targets.includes(ack.at) && fromT <= loss.t + DECISION_MS && toT >= ack.t,
      );
    });
  }
}

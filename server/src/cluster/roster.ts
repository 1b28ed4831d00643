import type { InstanceStatus } from '@bigboard/shared/operations';

/** An instance tells of itself each second; one that has not for so long is taken for gone. */
const EXPIRES_MS = 4_000;

/** What each instance last told of itself. Times are monotonic milliseconds of this instance. */
export class Roster {
  readonly #entries = new Map<string, { readonly status: InstanceStatus; readonly heardAtMs: number }>();

  hear(status: InstanceStatus, nowMs: number): void {
    this.#entries.set(status.instance, { status, heardAtMs: nowMs });
  }

  /** Those that are there, by name. */
  list(nowMs: number): InstanceStatus[] {
    for (const [instance, { heardAtMs }] of this.#entries) {
      if (nowMs - heardAtMs > EXPIRES_MS) this.#entries.delete(instance);
    }
    return [...this.#entries.values()]
      .map(({ status }) => status)
      .sort((a, b) => compare(a.name, b.name) || compare(a.instance, b.instance));
  }

  /** How many watch on the other instances. */
  viewersElsewhere(own: string, nowMs: number): number {
    return this.list(nowMs).reduce((sum, { instance, viewers }) => sum + (instance === own ? 0 : viewers), 0);
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { VIEWER_NAMESPACES } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Clock } from '../../src/clock.ts';
import type { Feed, TimedUpdate } from '../../src/feeds/feed.ts';

const IDLE_MS = 5;

/** A feed that brings what a test gives it, a moment later: while it has nothing, its next update is always just ahead. */
export class HandFed implements Feed {
  readonly name: string;
  readonly title = 'By hand';
  readonly namespaces = VIEWER_NAMESPACES;
  readonly source = 'simulated';
  readonly speed = 1;
  readonly hasEnd = false;
  readonly startTimeMs = 0;
  readonly #clock: Clock;
  readonly #opening: readonly NamespacedUpdate[];
  readonly #waiting: NamespacedUpdate[] = [];
  #beganMs: number | undefined;
  #failure: Error | undefined;

  constructor(clock: Clock, opening: readonly NamespacedUpdate[] = [], name = 'hand') {
    this.#clock = clock;
    this.#opening = opening;
    this.name = name;
  }

  push(namespace: NamespacedUpdate['namespace'], ...updates: readonly Update[]): void {
    this.#waiting.push(...updates.map((update) => ({ namespace, update })));
  }

  /** After what was pushed it breaks. */
  breakDown(reason: string): void {
    this.#failure = new Error(reason);
  }

  opening(): Iterable<NamespacedUpdate> {
    return this.#opening;
  }

  nextDueMs(): number {
    this.#beganMs ??= this.#clock.monotonicMs();
    if (this.#waiting.length > 0 || this.#failure !== undefined) return 0;
    return this.#clock.monotonicMs() - this.#beganMs + IDLE_MS;
  }

  next(): TimedUpdate {
    const next = this.#waiting.shift();
    if (next !== undefined) return { ...next, dueTimeMs: 0 };
    throw this.#failure ?? new Error('nothing has been pushed');
  }

  state(): Json {
    return null;
  }

  /** What was pushed is not pushed again. */
  restore(): boolean {
    return false;
  }
}

import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { Update } from '@bigboard/shared/update';
import type { Clock } from '../../src/clock.ts';
import type { Feed, TimedUpdate } from '../../src/feeds/feed.ts';

const IDLE_MS = 5;

/** A feed that brings what a test gives it, a moment later: while it has nothing, its next update is always just ahead. */
export class HandFed implements Feed {
  readonly name: string;
  readonly title = 'By hand';
  readonly source = 'simulated';
  readonly speed = 1;
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

  /** After the next update it breaks. */
  breakDown(reason: string): void {
    this.#failure = new Error(reason);
  }

  opening(): Iterable<NamespacedUpdate> {
    return this.#opening;
  }

  next(): TimedUpdate {
    if (this.#failure !== undefined) throw this.#failure;
    this.#beganMs ??= this.#clock.monotonicMs();
    return new NextByHand(this.#waiting, () => this.#clock.monotonicMs() - (this.#beganMs ?? 0) + IDLE_MS);
  }
}

/** The first update in waiting, whichever that turns out to be. */
class NextByHand implements TimedUpdate {
  readonly #waiting: NamespacedUpdate[];
  readonly #later: () => number;
  #taken: NamespacedUpdate | undefined;

  constructor(waiting: NamespacedUpdate[], later: () => number) {
    this.#waiting = waiting;
    this.#later = later;
  }

  get dueTimeMs(): number {
    this.#taken ??= this.#waiting.shift();
    return this.#taken === undefined ? this.#later() : 0;
  }

  get namespace(): NamespacedUpdate['namespace'] {
    return this.#taken?.namespace ?? 'markets';
  }

  get update(): Update {
    if (this.#taken === undefined) throw new Error('nothing has been pushed');
    return this.#taken.update;
  }
}

import { Audience } from '../../src/hub/audience.ts';
import { Checksums } from '../../src/hub/checksums.ts';
import { FanOut, type Now, type Send } from '../../src/hub/fan-out.ts';
import { Hub } from '../../src/hub/hub.ts';
import { Intake } from '../../src/hub/intake.ts';
import type { AppendedBatch } from '../../src/store/store.ts';
import type { ManualClock } from '../manual-clock.ts';
import { textOf, textOfMoment } from './history.ts';
import { law } from './law.ts';
import type { ModelStore } from './model-store.ts';

/** One server of the model: the production classes, and a flush that stops wherever the schedule wants it to. */
export class Instance {
  readonly hub: Hub;
  readonly audience: Audience;
  /** Nothing of the bus reaches it. */
  isCutOff = false;
  readonly #fanOut: FanOut;
  readonly #checksums: Checksums;
  readonly #intake: Intake;
  readonly #store: ModelStore;
  readonly #clock: ManualClock;
  #sends: Send[] = [];
  #beats = 0;
  #checked = '';

  constructor(store: ModelStore, clock: ManualClock) {
    this.#store = store;
    this.#clock = clock;
    this.hub = new Hub(store.state());
    this.audience = new Audience(this.hub);
    this.#fanOut = new FanOut(this.audience);
    this.#checksums = new Checksums(this.hub);
    this.#intake = new Intake(this.hub, 'markets', store, clock, {
      applied: () => undefined,
      replaced: (isNewEpoch) => {
        if (isNewEpoch) this.audience.cohorts.startOver();
      },
      repaired: () => undefined,
      repairFailed: () => undefined,
    });
  }

  receive(batch: AppendedBatch): void {
    if (!this.isCutOff) this.#intake.receive(batch);
  }

  get isFlushing(): boolean {
    return this.#sends.length > 0;
  }

  beginFlush(): void {
    if (!this.isFlushing && this.#fanOut.isDue) this.#sends = this.#fanOut.begin(this.#now());
  }

  goOnFlushing(most: number): void {
    for (const send of this.#sends.splice(0, most)) this.#fanOut.send(send, this.#now());
  }

  beat(): void {
    const turn = ++this.#beats;
    this.#fanOut.beat(this.#now(), '{}', (cohort) => (turn % 2 === 0 ? this.#checksums.of(cohort, turn / 2) : ''));
  }

  stop(): void {
    this.#intake.stop();
  }

  /** What it holds is what the log says, at the number it says. */
  check(): void {
    const { epoch, seq, documents } = this.hub;
    if (this.#checked === `${epoch} ${seq}`) return;
    this.#checked = `${epoch} ${seq}`;
    const history = this.#store.histories.get(epoch);
    for (const [topic, moment] of history?.topicsAt(seq) ?? []) {
      const document = documents.get(topic);
      law(document !== undefined, () => `an instance lacks ${topic} at ${epoch} ${seq}`);
      const fields = new Map(Object.entries(document.values()));
      const log = document.log.map(({ n, time, entry }) => [n, time, entry] as const);
      const shown = textOf({ time: document.time, removed: document.removed, fields, log });
      law(
        shown === textOfMoment(moment),
        () => `an instance has ${topic} at ${seq}: ${shown}, not ${textOfMoment(moment)}`,
      );
    }
  }

  #now(): Now {
    return { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() };
  }
}

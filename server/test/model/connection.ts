import { RequestError, type Refusal } from '@bigboard/shared/errors';
import type { Beat, Frame, SubscribeAck, SubscribeRequest } from '@bigboard/shared/messages';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { Link, Reader } from '../../src/hub/reader.ts';
import type { Instance } from './instance.ts';
import { law } from './law.ts';

export type Up =
  | { readonly kind: 'subscribe'; readonly request: SubscribeRequest }
  | { readonly kind: 'unsubscribe'; readonly topics: readonly string[] }
  | { readonly kind: 'pace'; readonly maxPerSecond: number };

export type Down =
  | { readonly kind: 'ack'; readonly ack: SubscribeAck | Refusal }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'beat'; readonly beat: Beat };

/** What the connection has under way, in order in each direction, and what may be sent on it at all. */
export class Connection implements Link {
  readonly instance: Instance;
  readonly reader: Reader;
  readonly up: Up[] = [];
  readonly down: Down[] = [];
  isStalled = false;
  /** The server refuses the next request, as when the rate is exceeded. */
  isRefusing = false;
  /** The pace the client asked for last. */
  askedPace: number | undefined;
  framesSent = 0;
  #epoch: Epoch | undefined;
  #to: Seq = 0;

  constructor(instance: Instance) {
    this.instance = instance;
    this.reader = instance.audience.join(this);
  }

  ask(maxPerSecond: number): void {
    this.askedPace = maxPerSecond;
    this.up.push({ kind: 'pace', maxPerSecond });
  }

  isBehind(): boolean {
    return this.isStalled;
  }

  beatSent(): void {
    // Readers of the model never answer beats; whether they are behind is decided by chance.
  }

  tell(): void {}

  closeSlow(): void {
    // The model drops connections by chance, slow or not.
  }

  send(event: 'frame' | 'beat', payload: string, to: Seq): void {
    law(!this.isStalled, () => `a ${event} went to a reader that is behind`);
    if (event === 'frame') this.#sendFrame(JSON.parse(payload) as Frame, to);
    else this.#sendBeat(JSON.parse(payload) as Beat, to);
  }

  /** The instance takes the oldest of what the client sent. */
  serve(wallMs: number): void {
    const message = this.up.shift();
    if (message?.kind === 'subscribe') this.#answer(message.request, wallMs);
    if (message?.kind === 'unsubscribe') this.instance.audience.unsubscribe(this.reader, message.topics);
    if (message?.kind === 'pace') this.instance.audience.pace(this.reader, message.maxPerSecond);
  }

  #sendFrame(frame: Frame, to: Seq): void {
    const { from, epoch, deltas } = frame;
    this.framesSent++;
    law(frame.to === to, () => `a frame to ${frame.to} was announced as ${to}`);
    law(this.reader.maxPerSecond !== 0, () => 'a frame went to a paused reader');
    const topics = deltas.map(([topic]) => topic);
    law(new Set(topics).size === topics.length, () => `a frame names a topic twice: ${topics.join()}`);
    law(
      topics.every((topic) => this.reader.topics.has(topic)),
      () => `a frame for topics not held: ${topics.join()}`,
    );
    if (this.instance.hub.epoch !== this.#epoch) {
      law(epoch === this.instance.hub.epoch, () => 'the first frame of an epoch does not carry it');
      law(from === 0, () => `the first frame of an epoch is from ${from}`);
      const full = deltas.filter((delta) => delta[4] !== undefined).length;
      law(full === this.reader.topics.size, () => 'the first frame of an epoch is not full for all held topics');
      this.#epoch = epoch;
      this.#to = 0;
    }
    law(from <= this.#to, () => `a frame from ${from} after one to ${this.#to}`);
    law(to >= this.#to, () => `a frame to ${to} after one to ${this.#to}`);
    this.#to = to;
    this.down.push({ kind: 'frame', frame });
  }

  #sendBeat(beat: Beat, to: Seq): void {
    if (beat.from === undefined || beat.to === undefined) {
      law(this.reader.topics.size === 0, () => 'a beat without a span for a reader that holds topics');
    } else {
      law(beat.epoch === this.#epoch, () => `a beat of ${beat.epoch} to a reader told of ${this.#epoch}`);
      law(beat.to === to, () => `a beat to ${beat.to} was announced as ${to}`);
      law(beat.from === this.#to, () => `a beat from ${beat.from} after one to ${this.#to}`);
      law(beat.to >= this.#to, () => `a beat to ${beat.to} after one to ${this.#to}`);
      this.#to = to;
    }
    this.down.push({ kind: 'beat', beat });
  }

  #answer(request: SubscribeRequest, wallMs: number): void {
    if (this.isRefusing) {
      this.isRefusing = false;
      const ack = new RequestError('rate_limited', 'too many', 300).toRefusal();
      this.down.push({ kind: 'ack', ack });
      return;
    }
    const heldBefore = this.reader.topics;
    const ack = this.instance.audience.subscribe(this.reader, request, wallMs);
    const deltas = new Map(ack.deltas.map((delta) => [delta[0], delta]));
    law(deltas.size === ack.deltas.length, () => 'an ack has two deltas of one topic');
    const rejected = new Set(ack.rejected.map(({ topic }) => topic));
    for (const topic of request.topics) {
      law(deltas.has(topic) !== rejected.has(topic), () => `${topic} is neither answered nor rejected, or both`);
      law(rejected.has(topic) !== this.reader.topics.has(topic), () => `${topic} is rejected and held, or neither`);
    }
    if (heldBefore.size > 0 && this.#epoch === ack.epoch) {
      law(ack.from <= this.#to, () => `an ack from ${ack.from} after ${this.#to}`);
      law(ack.to >= this.#to, () => `an ack to ${ack.to} after ${this.#to}`);
    } else if (heldBefore.size > 0) {
      const isFull = [...heldBefore].every((topic) => deltas.get(topic)?.[4] !== undefined);
      law(ack.from === 0 && isFull, () => 'an ack that opens an epoch is not full for all held topics');
    }
    this.#epoch = ack.epoch;
    this.#to = ack.to;
    this.down.push({ kind: 'ack', ack: JSON.parse(JSON.stringify(ack)) as SubscribeAck });
  }
}

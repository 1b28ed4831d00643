import type { Refusal } from '@bigboard/shared/errors';
import type { SubscribeAck } from '@bigboard/shared/messages';
import type { Epoch, Position, Seq } from '@bigboard/shared/position';
import { Replica, type Change } from '@bigboard/shared/replica';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Connection, Down } from './connection.ts';
import { textOf, textOfMoment, type History } from './history.ts';
import { law } from './law.ts';

const ACK_TIMEOUT_MS = 5_000;

/** What a client has been shown of a topic. */
interface Seen {
  readonly epoch: Epoch;
  readonly seq: Seq;
  readonly life: Seq;
  readonly lastEntry: number;
}

/** A viewer: a replica driven as the page drives it, that knows what the log really says and believes nothing. */
export class Client {
  readonly name: string;
  readonly wanted = new Set<string>();
  connection: Connection | undefined;
  /** Requests sent so far. */
  asked = 0;
  /** It was ahead of an instance once, or in another epoch, so that what it was sent need not join what it had. */
  mayMeetGaps = false;
  readonly #replica: Replica;
  readonly #histories: ReadonlyMap<Epoch, History>;
  readonly #seen = new Map<string, Seen>();
  #askedAtMs: number | undefined;
  /** The position named in the request under way. */
  #named: Position | undefined;
  #asksAnew = new Set<string>();
  #held = new Set<string>();
  #position: Position | undefined;

  constructor(name: string, histories: ReadonlyMap<Epoch, History>) {
    this.name = name;
    this.#histories = histories;
    this.#replica = new Replica((change) => this.#checkChange(change));
  }

  get counts() {
    return this.#replica.counts;
  }

  want(topics: readonly string[], nowMs: number): void {
    for (const topic of topics) this.wanted.add(topic);
    this.#replica.want(topics);
    this.pump(nowMs);
  }

  unwant(topics: readonly string[], nowMs: number): void {
    for (const topic of topics) {
      this.wanted.delete(topic);
      this.#seen.delete(topic);
    }
    const told = this.#replica.unwant(topics);
    if (told.length > 0) this.connection?.up.push({ kind: 'unsubscribe', topics: told });
    this.#checkPosition();
    this.pump(nowMs);
  }

  connect(connection: Connection, nowMs: number): void {
    this.connection = connection;
    this.#replica.connected();
    this.pump(nowMs);
  }

  disconnect(): void {
    this.connection = undefined;
    this.#askedAtMs = undefined;
    this.#replica.disconnected();
    this.#checkPosition();
  }

  /** @returns whether the connection is to be taken for dead */
  pump(nowMs: number): boolean {
    if (this.connection === undefined) return false;
    const request = this.#replica.nextRequest(nowMs);
    if (request !== undefined) {
      this.asked++;
      if (request.position === undefined) {
        for (const topic of request.topics) {
          const seen = this.#seen.get(topic);
          law(seen === undefined || seen.epoch !== this.#replica.epoch, () => `${this.name} starts over with ${topic}`);
        }
      }
      this.#askedAtMs = nowMs;
      this.#named = request.position;
      this.#asksAnew = new Set(request.position === undefined ? request.topics : []);
      this.connection.up.push({ kind: 'subscribe', request: JSON.parse(JSON.stringify(request)) as typeof request });
    }
    return this.#askedAtMs !== undefined && nowMs - this.#askedAtMs >= ACK_TIMEOUT_MS;
  }

  take(message: Down, nowMs: number): void {
    if (message.kind === 'frame') this.#replica.frame(message.frame);
    if (message.kind === 'beat') this.#replica.beat(message.beat);
    if (message.kind === 'ack') {
      this.#askedAtMs = undefined;
      this.#noteAhead(message.ack);
      if (message.ack.ok) this.#replica.acked(message.ack, nowMs);
      else this.#replica.refused(message.ack, nowMs);
      this.#asksAnew.clear();
    }
    this.#checkPosition();
    this.pump(nowMs);
  }

  /** At the end of all trouble: it has all it wants, and wants nothing more of the server. */
  checkArrived(history: History): void {
    for (const topic of this.wanted) {
      const moment = history.at(topic, history.seq);
      const document = this.#replica.document(topic);
      if (moment.removed && document === undefined) continue;
      law(this.#replica.isHeld(topic), () => `${this.name} does not hold ${topic} in the end`);
      law(document !== undefined, () => `${this.name} has nothing of ${topic} in the end`);
      const shown = shownBy(document);
      law(
        shown === textOfMoment(moment),
        () => `${this.name} ends with ${topic} ${shown}, not ${textOfMoment(moment)}`,
      );
    }
    if (this.#held.size === 0) return;
    const { position } = this.#replica;
    law(
      position?.epoch === history.epoch && position.seq === history.seq,
      () => `${this.name} ends at ${JSON.stringify(position)}, not at ${history.epoch} ${history.seq}`,
    );
    law(this.counts.mismatches === 0, () => `${this.name} met a wrong checksum`);
  }

  #noteAhead(ack: SubscribeAck | Refusal): void {
    const named = this.#named;
    if (ack.ok && named !== undefined && (named.epoch !== ack.epoch || named.seq > ack.to)) this.mayMeetGaps = true;
  }

  /** Laws 1 and 2, for one topic that changed. */
  #checkChange({ topic, document, news, removed }: Change): void {
    const epoch = this.#replica.epoch as Epoch;
    if (this.#replica.document(topic) === undefined) {
      law(removed && news.length === 0, () => `${this.name} was told of ${topic}, which it does not have`);
      this.#seen.delete(topic);
      return;
    }
    const history = this.#histories.get(epoch) as History;
    const moment = history.at(topic, document.seq);
    const shown = shownBy(document);
    law(
      shown === textOfMoment(moment),
      () => `${this.name} has ${topic} at ${epoch} ${document.seq}: ${shown}, not ${textOfMoment(moment)}`,
    );
    const before = this.#seen.get(topic);
    const isSameEpoch = before?.epoch === epoch;
    law(!isSameEpoch || before.seq <= document.seq, () => `${this.name} went back with ${topic} to ${document.seq}`);
    // Entries are news again where the replica had to start over: without a position, or in an epoch of its own.
    const goesOn = isSameEpoch && before.life === moment.life && !this.#asksAnew.has(topic);
    const known = goesOn ? before.lastEntry : 0;
    const expected = document.log.filter(({ n }) => n > known).map(({ n }) => n);
    const numbers = news.map(({ n }) => n);
    law(
      numbers.join() === expected.join(),
      () => `${this.name} was told of entries ${numbers.join()} of ${topic} after ${known}, not ${expected.join()}`,
    );
    this.#seen.set(topic, { epoch, seq: document.seq, life: moment.life, lastEntry: moment.lastEntry });
  }

  /** Laws 1 and 3: what is held is what the log says at the position, which only new topics can set back. */
  #checkPosition(): void {
    const before = this.#position;
    const heldBefore = this.#held;
    const { position } = this.#replica;
    this.#held = new Set([...this.wanted].filter((topic) => this.#replica.isHeld(topic)));
    this.#position = position;
    if (position === undefined) return;
    const isNewIn = [...this.#held].some((topic) => !heldBefore.has(topic));
    law(
      isNewIn || before === undefined || before.epoch !== position.epoch || before.seq <= position.seq,
      () => `the position of ${this.name} went back from ${before?.seq} to ${position.seq}`,
    );
    const history = this.#histories.get(position.epoch) as History;
    for (const topic of this.#held) {
      const document = this.#replica.document(topic) as TopicDocument;
      const moment = history.at(topic, Math.max(position.seq, document.seq));
      const shown = shownBy(document);
      law(
        shown === textOfMoment(moment),
        () => `${this.name} holds ${topic} at ${position.seq} as ${shown}, not ${textOfMoment(moment)}`,
      );
    }
  }
}

function shownBy(document: TopicDocument): string {
  const fields = new Map(Object.entries(document.values()));
  const log = document.log.map(({ n, time, entry }) => [n, time, entry] as const);
  return textOf({ time: document.time, removed: document.removed, fields, log });
}

import { SINCE_NOTHING, type Delta, type Full } from './delta.ts';
import type { Refusal } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Beat, Frame, SubscribeAck, SubscribeRequest } from './messages.ts';
import type { Epoch, Position, Seq } from './position.ts';
import { TopicDocument, type Entry } from './topic-document.ts';

/** A topic of the replica became something else. */
export interface Change {
  readonly topic: string;
  readonly document: TopicDocument;
  /** It replaces what was known, rather than adding to it. */
  readonly full: Full;
  /** Entries not known before, oldest first. */
  readonly news: readonly Entry[];
  /** The topic is gone: removed by a reset, or unknown to the server after a reconnect. */
  readonly removed: boolean;
}

/** How often something out of the ordinary was met and put right. */
export interface ReplicaCounts {
  gaps: number;
  /** Checksums that did not match. */
  mismatches: number;
  /** Answers that could not be used. */
  failures: number;
}

/** A replica asks again with its position this often before it asks without one. */
const FAILURES_BEFORE_STARTING_OVER = 2;
/** Wait before asking an instance again that is not yet where this replica already is. */
const AHEAD_RETRY_MS = 1_000;
const REFUSED_RETRY_MS = 1_000;

/** One topic of the replica. */
interface Copy {
  /** On this connection: `wanted` to be asked for, `asked`, `held` since the ack, `rejected` by the server. */
  state: 'wanted' | 'asked' | 'held' | 'rejected';
  /** The complete state at `seq` of `epoch`; undefined until the first full answer. */
  document: TopicDocument | undefined;
  epoch: Epoch | undefined;
  seq: Seq;
  /** It missed something and has to be asked for again. */
  gap: boolean;
  failures: number;
  /** Not to be asked for before; 0 is at once. */
  askAtMs: number;
}

/**
 * The reader's half of a namespace: it folds answers, frames and beats into documents, sees by number whatever is
 * missing, and says what to ask for. PROTOCOL.md tells its rules by the numbers the comments use. It does no I/O: whoever
 * owns the connection hands the messages in and sends `nextRequest` as long as there is one.
 */
export class Replica {
  readonly counts: ReplicaCounts = { gaps: 0, mismatches: 0, failures: 0 };
  readonly #onChange: (change: Change) => void;
  readonly #copies = new Map<string, Copy>();
  #epoch: Epoch | undefined;
  #connected = false;
  #inFlight: SubscribeRequest | undefined;

  constructor(onChange: (change: Change) => void) {
    this.#onChange = onChange;
  }

  get epoch(): Epoch | undefined {
    return this.#epoch;
  }

  /** The smallest number of all held topics; none while nothing is held. */
  get position(): Position | undefined {
    const held = [...this.#copies.values()].filter(({ state }) => state === 'held');
    if (this.#epoch === undefined || held.length === 0 || !held.every((copy) => this.#isComplete(copy)))
      return undefined;
    return { epoch: this.#epoch, seq: Math.min(...held.map(({ seq }) => seq)) };
  }

  /** The newest complete state of a topic, which may be older than the present while disconnected. */
  document(topic: string): TopicDocument | undefined {
    return this.#copies.get(topic)?.document;
  }

  isHeld(topic: string): boolean {
    return this.#copies.get(topic)?.state === 'held';
  }

  /** Topics to follow from now on; naming a rejected one again asks for it again. */
  want(topics: Iterable<string>): void {
    for (const topic of topics) {
      const copy = this.#copies.get(topic);
      if (copy === undefined) this.#copies.set(topic, newCopy());
      else if (copy.state === 'rejected') copy.state = 'wanted';
    }
  }

  /** Forgets topics. @returns those the server has to be told of by `unsubscribe` */
  unwant(topics: Iterable<string>): string[] {
    const told: string[] = [];
    for (const topic of topics) {
      const state = this.#copies.get(topic)?.state;
      // Rule 1: not held any more from the moment `unsubscribe` is sent, whatever frames are still under way.
      this.#copies.delete(topic);
      if (state === 'held' || state === 'asked') told.push(topic);
    }
    return told;
  }

  connected(): void {
    this.#connected = true;
  }

  /** The copies stay, each with its number, for the resume. */
  disconnected(): void {
    this.#connected = false;
    this.#inFlight = undefined;
    for (const copy of this.#copies.values()) {
      copy.state = 'wanted';
      copy.askAtMs = 0;
    }
  }

  /** What to send as `subscribe` now, if anything; it is in flight until `acked`, `refused` or `disconnected`. */
  nextRequest(nowMs: number): SubscribeRequest | undefined {
    if (!this.#connected || this.#inFlight !== undefined) return undefined;
    const due = [...this.#copies].filter(([, copy]) => needsAsking(copy) && copy.askAtMs <= nowMs);
    if (due.length === 0) return undefined;
    // Rule 3: a position speaks for every topic of its call, so new topics, and those that stand elsewhere, go in others.
    const resumable = due.filter(([, copy]) => this.#canResume(copy));
    const seq = Math.min(...resumable.map(([, copy]) => copy.seq));
    const alike = resumable.length > 0 ? resumable.filter(([, copy]) => copy.seq === seq) : due;
    const named = alike.slice(0, LIMITS.namesPerCall);
    for (const [, copy] of named) if (copy.state === 'wanted') copy.state = 'asked';
    const topics = named.map(([topic]) => topic);
    this.#inFlight = resumable.length > 0 ? { topics, position: { epoch: this.#epoch as Epoch, seq } } : { topics };
    return this.#inFlight;
  }

  /** The time at which `nextRequest` may have something again; undefined when only a message can bring it. */
  nextRequestAtMs(): number | undefined {
    const times = [...this.#copies.values()].filter(needsAsking).map(({ askAtMs }) => askAtMs);
    return this.#connected && this.#inFlight === undefined && times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Rule 2: an ack is a frame for every topic held, and the authority on those it names. */
  acked(ack: SubscribeAck, nowMs: number): void {
    const request = this.#inFlight;
    if (request === undefined) return;
    this.#inFlight = undefined;
    this.#epoch = ack.epoch;
    const deltas = new Map(ack.deltas.map((delta) => [delta[0], delta]));
    const rejected = new Map(ack.rejected.map((rejection) => [rejection.topic, rejection]));
    const named = new Set(request.topics);
    for (const topic of named) {
      const copy = this.#copies.get(topic);
      // Dropped and wanted again meanwhile: the server took the `unsubscribe` in between and does not hold it.
      if (copy === undefined || copy.state === 'wanted') continue;
      if (rejected.has(topic)) this.#reject(topic, copy);
      else this.#answer(topic, copy, deltas.get(topic), request.position, ack.to, nowMs);
    }
    for (const [topic, copy] of this.#copies) {
      if (copy.state === 'held' && !named.has(topic)) this.#advance(topic, copy, deltas.get(topic), ack.from, ack.to);
    }
  }

  /** The request in flight was refused as a whole. */
  refused(refusal: Refusal, nowMs: number): void {
    const request = this.#inFlight;
    this.#inFlight = undefined;
    for (const topic of request?.topics ?? []) {
      const copy = this.#copies.get(topic);
      if (copy === undefined) continue;
      if (copy.state === 'asked') copy.state = 'wanted';
      copy.askAtMs = nowMs + (refusal.retryInMs ?? REFUSED_RETRY_MS);
      // One that names a time speaks of the moment and not of what was asked.
      if (refusal.retryInMs === undefined) copy.failures++;
    }
  }

  frame(frame: Frame): void {
    if (frame.epoch !== undefined) this.#epoch = frame.epoch;
    const deltas = new Map(frame.deltas.map((delta) => [delta[0], delta]));
    for (const [topic, copy] of this.#copies) {
      if (copy.state === 'held') this.#advance(topic, copy, deltas.get(topic), frame.from, frame.to);
    }
  }

  beat({ epoch, from, to, sums = {} }: Beat): void {
    if (from === undefined || to === undefined) return;
    // Rule 6: the frame that opens an epoch goes before its first beat; without it, every copy has to be asked for.
    this.#epoch = epoch;
    for (const [topic, copy] of this.#copies) {
      if (copy.state !== 'held') continue;
      this.#advance(topic, copy, undefined, from, to);
      const sum = sums[topic];
      if (sum === undefined || copy.seq !== to || copy.document === undefined || copy.gap) continue;
      if (copy.document.sum() !== sum) {
        this.counts.mismatches++;
        this.#startOver(copy);
      }
    }
  }

  /** Rule 4: what a frame over `(from, to]` does to one held topic; `delta` is undefined when it did not change. */
  #advance(topic: string, copy: Copy, delta: Delta | undefined, from: Seq, to: Seq): void {
    const isReset = delta?.[4] === 2;
    if (!this.#isComplete(copy)) {
      if (isFull(delta)) this.#replace(topic, copy, delta, to);
      else this.#noteGap(copy);
    } else if (to > copy.seq) {
      // A copy that is further than `from` may have had this reset, and its entries are not news again. One that is not so
      // far may have missed another: only a reset says that all entries are news.
      const isFurther = copy.seq > from;
      if (from === copy.seq || isFurther !== isReset) this.#add(topic, copy, delta, to);
      else this.#noteGap(copy);
    }
  }

  /** Rules 2 and 3: the answer to a topic this replica named. */
  #answer(
    topic: string,
    copy: Copy,
    delta: Delta | undefined,
    position: Position | undefined,
    to: Seq,
    nowMs: number,
  ): void {
    copy.state = 'held';
    copy.gap = false;
    if (this.#isComplete(copy) && copy.seq > to) {
      // The instance is behind this copy: going back would show an older state as new.
      copy.gap = isFull(delta);
      copy.askAtMs = nowMs + AHEAD_RETRY_MS;
    } else if (position !== undefined && delta !== undefined && this.#isComplete(copy)) {
      // A frame may have moved the copy on since it was asked for, into a new epoch even.
      this.#advance(topic, copy, delta, position.epoch === this.#epoch ? position.seq : SINCE_NOTHING, to);
    } else if (isFull(delta)) {
      this.#replace(topic, copy, delta, to);
    } else {
      this.counts.failures++;
      this.#startOver(copy);
    }
  }

  #add(topic: string, copy: Copy, delta: Delta | undefined, to: Seq): void {
    copy.seq = to;
    copy.gap = false;
    copy.failures = 0;
    copy.askAtMs = 0;
    if (delta === undefined || copy.document === undefined) return;
    const full = delta[4] ?? 0;
    if (full === 0 && delta[1] === copy.document.time && delta[2] === 0 && delta[3] === 0) return;
    const news = copy.document.applyDelta(delta, to);
    this.#onChange({ topic, document: copy.document, full, news, removed: copy.document.removed });
  }

  #replace(topic: string, copy: Copy, delta: Delta, to: Seq): void {
    copy.document ??= new TopicDocument(topic, to);
    copy.epoch = this.#epoch;
    this.#add(topic, copy, delta, to);
  }

  #reject(topic: string, copy: Copy): void {
    copy.state = 'rejected';
    copy.gap = false;
    if (copy.document === undefined) return;
    copy.document = undefined;
    const empty = new TopicDocument(topic, 0);
    empty.removed = true;
    this.#onChange({ topic, document: empty, full: 2, news: [], removed: true });
  }

  #noteGap(copy: Copy): void {
    if (copy.gap) return;
    copy.gap = true;
    this.counts.gaps++;
  }

  #startOver(copy: Copy): void {
    copy.gap = true;
    copy.failures = FAILURES_BEFORE_STARTING_OVER;
  }

  /** Holds the whole state of the topic at its number in the present epoch. */
  #isComplete(copy: Copy): boolean {
    return copy.document !== undefined && copy.epoch === this.#epoch;
  }

  #canResume(copy: Copy): boolean {
    return this.#isComplete(copy) && copy.failures < FAILURES_BEFORE_STARTING_OVER;
  }
}

/** It replaces what the reader has, whether or not the numbering of the entries goes on. */
function isFull(delta: Delta | undefined): delta is Delta {
  return (delta?.[4] ?? 0) !== 0;
}

function newCopy(): Copy {
  return { state: 'wanted', document: undefined, epoch: undefined, seq: 0, gap: false, failures: 0, askAtMs: 0 };
}

function needsAsking({ state, gap }: Copy): boolean {
  return state === 'wanted' || (state === 'held' && gap);
}

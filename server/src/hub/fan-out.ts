import { SINCE_NOTHING } from '@bigboard/shared/delta';
import type { Seq } from '@bigboard/shared/position';
import type { Audience } from './audience.ts';
import { frameIntervalMs, type Cohort } from './cohort.ts';
import { Pieces, type Joined } from './pieces.ts';
import type { Reader } from './reader.ts';

/** The present in both clocks: wall for what is told, monotonic for what is waited for. Milliseconds. */
export interface Now {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** One reader's part of a flush, made when the flush began, carried out in one of its phases. */
export interface Send {
  readonly reader: Reader;
  readonly revision: number;
  readonly frame: string;
  readonly to: Seq;
  readonly lacksSinceMs: number;
}

/** Carries what changed to the readers that lack it: frames at each flush, beats each second. Rules as in PROTOCOL.md. */
export class FanOut {
  readonly #audience: Audience;

  constructor(audience: Audience) {
    this.#audience = audience;
  }

  /** Something came that no flush has looked at. */
  get hasChanges(): boolean {
    return this.#audience.hub.changes.size > 0;
  }

  /** Somebody lacks something, so flushing has to go on even when nothing new comes. */
  get isDue(): boolean {
    return this.#audience.cohorts.pending.size > 0 || this.hasChanges;
  }

  /** Rule 5: `to` and all pieces are fixed here, whenever each of the sends is then carried out. */
  begin(now: Now): Send[] {
    const { hub, cohorts } = this.#audience;
    this.#noteChanges(now);
    const pieces = new Pieces(hub, hub.takeChanges());
    const sends: Send[] = [];
    for (const cohort of cohorts.pending) {
      this.#beginCohort(cohort, pieces, now, sends);
      if (cohort.due.size === 0 && cohort.changedTo <= cohort.sentTo) cohorts.pending.delete(cohort);
    }
    return sends;
  }

  /** Carries out one send, unless the reader moved on since then or cannot take it now. @returns whether it was sent */
  send({ reader, revision, frame, to, lacksSinceMs }: Send, now: Now): boolean {
    const { hub, cohorts } = this.#audience;
    if (reader.revision !== revision || reader.link.isBehind()) {
      if (reader.revision === revision) reader.lacksSinceMs ??= lacksSinceMs;
      cohorts.look(reader);
      return false;
    }
    reader.link.send('frame', frame, to);
    reader.epoch = hub.epoch;
    reader.lacksSinceMs = undefined;
    reader.currentAtMs = now.wallMs;
    reader.nextFrameAtMs = now.monotonicMs + frameIntervalMs(reader.maxPerSecond);
    reader.moveTo(to);
    reader.cohort?.due.delete(reader);
    cohorts.look(reader);
    return true;
  }

  /**
   * A sign of life to every reader that can take one. A reader that lacks nothing is carried to the instance's seq by it.
   * @param feeds the feeds' health as JSON
   * @param sums the `sums` a cohort's beat carries this time, as JSON with its name, or nothing
   */
  beat(now: Now, feeds: string, sums: (cohort: Cohort) => string): void {
    const { hub, cohorts, readers } = this.#audience;
    this.#noteChanges(now);
    const head = `{"at":${now.wallMs},"epoch":${JSON.stringify(hub.epoch)}`;
    for (const reader of readers) {
      const { cohort, sentTo: from } = reader;
      if (reader.link.isBehind()) {
        closeIfSlow(reader, now);
        continue;
      }
      reader.behindSinceMs = undefined;
      if (cohort === undefined) {
        reader.link.send('beat', `${head},"feeds":${feeds}}`, from);
        continue;
      }
      // Rule 6: no beat of a new epoch goes before the frame that opens it.
      if (reader.epoch !== hub.epoch) continue;
      let lateMs = 0;
      let checks = '';
      if (cohorts.lacks(reader, cohort)) {
        // What the cohort has waited with for longer, the reader had before it joined.
        const lacksSinceMs = reader.lacksSinceMs ?? Math.max(cohort.pendingSinceMs ?? now.wallMs, reader.currentAtMs);
        lateMs = Math.max(0, now.wallMs - lacksSinceMs);
      } else {
        reader.currentAtMs = now.wallMs;
        reader.moveTo(hub.seq);
        checks = sums(cohort);
      }
      const to = reader.sentTo;
      const span = `"from":${from},"to":${to},"lateMs":${lateMs}`;
      reader.link.send('beat', `${head},${span},"feeds":${feeds}${checks}}`, to);
      reader.link.beatSent(hub.epoch, to);
    }
  }

  /** Tells the cohorts what changed in the topics they hold. */
  #noteChanges(now: Now): void {
    const { hub, cohorts } = this.#audience;
    for (const [topic, { acceptedAtMs }] of hub.changes) {
      const changedTo = hub.documents.get(topic)?.seq ?? hub.seq;
      for (const cohort of cohorts.holding(topic)) {
        cohort.changedTo = Math.max(cohort.changedTo, changedTo);
        // Everyone in it may have had the change with an ack already.
        if (cohort.changedTo <= cohort.sentTo) continue;
        cohort.pendingSinceMs = Math.min(cohort.pendingSinceMs ?? now.wallMs, acceptedAtMs);
        cohorts.await(cohort);
      }
    }
  }

  #beginCohort(cohort: Cohort, pieces: Pieces, now: Now, sends: Send[]): void {
    const { hub, cohorts } = this.#audience;
    const isShared = cohort.changedTo > cohort.sentTo && cohort.nextFrameAtMs <= now.monotonicMs;
    const lacksSinceMs = cohort.pendingSinceMs ?? now.wallMs;
    const frames = new CohortFrames(cohort, pieces, hub, now.wallMs);
    for (const reader of isShared ? cohort.readers : cohort.due) {
      const canShare = isShared && reader.epoch === hub.epoch && reader.sentTo >= cohort.sentTo;
      if (!cohorts.lacks(reader, cohort)) {
        cohort.due.delete(reader);
      } else if ((!canShare && reader.nextFrameAtMs > now.monotonicMs) || reader.link.isBehind()) {
        // No frame is made for a reader that cannot have it: a hundred stuck ones would hold up all the others.
        reader.lacksSinceMs ??= lacksSinceMs;
        cohort.due.add(reader);
      } else {
        const frame = frames.for(reader, canShare);
        sends.push({ reader, revision: reader.revision, frame, to: hub.seq, lacksSinceMs });
      }
    }
    if (!isShared) return;
    cohort.sentTo = hub.seq;
    cohort.pendingSinceMs = undefined;
    cohort.nextFrameAtMs = now.monotonicMs + frameIntervalMs(cohort.maxPerSecond);
  }
}

/** A reader that has been behind at every beat for this long is not coming back. */
const SLOW_CLOSE_MS = 30_000;

function closeIfSlow(reader: Reader, now: Now): void {
  reader.behindSinceMs ??= now.monotonicMs;
  if (now.monotonicMs - reader.behindSinceMs > SLOW_CLOSE_MS) reader.link.closeSlow();
}

/** The frames one flush makes for one cohort: one for all who are up to date, one for each place others stand at. */
class CohortFrames {
  readonly #cohort: Cohort;
  readonly #pieces: Pieces;
  readonly #hub: Audience['hub'];
  readonly #at: number;
  readonly #made = new Map<Seq, Joined>();

  constructor(cohort: Cohort, pieces: Pieces, hub: Audience['hub'], at: number) {
    this.#cohort = cohort;
    this.#pieces = pieces;
    this.#hub = hub;
    this.#at = at;
  }

  for(reader: Reader, canShare: boolean): string {
    if (reader.epoch !== this.#hub.epoch) return this.#since(SINCE_NOTHING).json;
    const { sentTo } = this.#cohort;
    const isSharable = canShare && (reader.sentTo === sentTo || !this.#since(sentTo).isFull);
    return this.#since(isSharable ? sentTo : reader.sentTo).json;
  }

  #since(since: Seq): Joined {
    const known = this.#made.get(since);
    if (known !== undefined) return known;
    const { json: deltas, isFull } = this.#pieces.join(this.#cohort.topics, since);
    const { seq, epoch } = this.#hub;
    const opening = since === SINCE_NOTHING ? `,"epoch":${JSON.stringify(epoch)}` : '';
    const from = Math.max(since, 0);
    const made = { json: `{"from":${from},"to":${seq},"at":${this.#at},"deltas":[${deltas}]${opening}}`, isFull };
    this.#made.set(since, made);
    return made;
  }
}

import { SINCE_NOTHING, type Delta } from '@bigboard/shared/delta';
import { RequestError } from '@bigboard/shared/errors';
import { LIMITS } from '@bigboard/shared/limits';
import type { RejectedTopic, SubscribeAck, SubscribeRequest } from '@bigboard/shared/messages';
import type { Position, Seq } from '@bigboard/shared/position';
import { isTopicName } from '@bigboard/shared/topic';
import { Cohorts } from './cohorts.ts';
import type { Hub } from './hub.ts';
import { deltaOf, hasChanged } from './pieces.ts';
import { Reader, type Link } from './reader.ts';

/** Who reads this namespace and what each is answered. PROTOCOL.md tells the rules by the numbers the comments use. */
export class Audience {
  readonly hub: Hub;
  readonly cohorts: Cohorts;
  readonly readers = new Set<Reader>();

  constructor(hub: Hub) {
    this.hub = hub;
    this.cohorts = new Cohorts(hub);
  }

  join(link: Link): Reader {
    const reader = new Reader(link);
    this.readers.add(reader);
    return reader;
  }

  leave(reader: Reader): void {
    this.cohorts.remove(reader);
    this.readers.delete(reader);
  }

  /**
   * Rule 6: the reader has seen something that this instance does not know of. Of the epoch that this one took over from
   * nothing more will come: what is here is newer.
   */
  isBehind(position: Position | undefined): boolean {
    if (position === undefined || position.epoch === this.hub.continues?.epoch) return false;
    return position.epoch !== this.hub.epoch || position.seq > this.hub.seq;
  }

  /** Rule 2: the ack brings every topic the reader holds to `to`. Epoch, seq and deltas are read in this one turn. */
  subscribe(reader: Reader, { topics, position }: SubscribeRequest, at: number): SubscribeAck {
    const { hub } = this;
    const isTold = reader.epoch === hub.epoch;
    const isUsable = position !== undefined && position.epoch === hub.epoch && position.seq <= hub.seq;
    const since = isUsable ? position.seq : SINCE_NOTHING;
    const { accepted, rejected } = this.#admit(reader, topics);
    const deltas: Delta[] = [];
    for (const topic of accepted) deltas.push(deltaOf(hub, topic, since));
    // Rule 6: whoever was told of another epoch gets all of this one.
    const othersSince = isTold ? reader.sentTo : SINCE_NOTHING;
    for (const topic of reader.topics) {
      if (!accepted.has(topic) && hasChanged(hub, topic, othersSince)) deltas.push(deltaOf(hub, topic, othersSince));
    }
    const from = fromOf(reader, isTold, since);
    const held = new Set([...reader.topics, ...accepted]);
    reader.epoch = hub.epoch;
    reader.lacksSinceMs = undefined;
    reader.currentAtMs = at;
    reader.moveTo(hub.seq);
    this.cohorts.place(reader, held);
    return { ok: true, epoch: hub.epoch, from, to: hub.seq, at, deltas, rejected };
  }

  unsubscribe(reader: Reader, topics: readonly string[]): void {
    const gone = new Set(topics);
    this.cohorts.place(reader, new Set([...reader.topics].filter((topic) => !gone.has(topic))));
  }

  /** @param maxPerSecond frames a second; 0 pauses */
  pace(reader: Reader, maxPerSecond: number): void {
    reader.maxPerSecond = maxPerSecond;
    reader.nextFrameAtMs = maxPerSecond === 0 ? Infinity : 0;
    this.cohorts.place(reader, reader.topics);
  }

  #admit(reader: Reader, topics: readonly string[]): { accepted: Set<string>; rejected: RejectedTopic[] } {
    if (topics.length === 0) throw new RequestError('bad_request', 'topics: name at least one');
    const accepted = new Set<string>();
    const rejected: RejectedTopic[] = [];
    let held = reader.topics.size;
    for (const topic of new Set(topics)) {
      const isHeld = reader.topics.has(topic);
      const code = !isTopicName(topic) ? 'bad_topic' : !isHeld && !this.hub.knows(topic) ? 'unknown_topic' : undefined;
      if (code !== undefined) {
        rejected.push({ topic, code, message: MESSAGES[code] });
      } else if (!isHeld && held >= LIMITS.heldTopics) {
        rejected.push({
          topic,
          code: 'too_many_topics',
          message: `a reader holds at most ${LIMITS.heldTopics} topics`,
        });
      } else {
        accepted.add(topic);
        if (!isHeld) held++;
      }
    }
    return { accepted, rejected };
  }
}

const MESSAGES = {
  bad_topic: 'a topic is kind[:id[:view]], parts of A-Z a-z 0-9 . _ -, at most 128 characters',
  unknown_topic: 'no such topic now; follow `topics` and subscribe when it appears',
} as const;

/** Rule 2: the last `to` sent to this socket; for one that held nothing, where its position says it stands. */
function fromOf(reader: Reader, isTold: boolean, since: Seq): Seq {
  if (reader.topics.size === 0) return Math.max(since, 0);
  return isTold ? reader.sentTo : 0;
}

import type { Epoch, Seq } from '@bigboard/shared/position';
import type { Cohort } from './cohort.ts';

/** What the audience needs of a connection. Texts are the JSON of the event's payload. */
export interface Link {
  /** It cannot take more now; whatever is due waits with us, not in its buffers. */
  isBehind(): boolean;
  /** @param to where the reader stands after it */
  send(event: 'frame' | 'beat', payload: string, to: Seq): void;
  /** Something beside the log; it moves nobody. */
  tell(event: 'notice' | 'presence', payload: string): void;
  /** Notes that a beat went out which a `seen` may answer. */
  beatSent(epoch: Epoch, to: Seq): void;
  /** It took nothing for too long: ends the connection for good. */
  closeSlow(): void;
}

/** One socket in one namespace: what it holds and up to where it has been told. */
export class Reader {
  readonly link: Link;
  /** Changes whenever what it holds or where it stands changes, so that a frame made before is not sent after. */
  revision = 0;
  /** The last `to` sent to this reader. */
  sentTo: Seq = 0;
  /** The epoch it has been told. */
  epoch: Epoch | undefined;
  /** The topics it holds and at what pace; none while it holds nothing. */
  cohort: Cohort | undefined;
  /** Frames a second it asked for; undefined is as they come, 0 pauses. */
  maxPerSecond: number | undefined;
  /** Wall clock at which the store accepted the oldest update it was passed over with; undefined when it lacks none. */
  lacksSinceMs: number | undefined;
  /** Wall clock of the last moment it was known to lack nothing. */
  currentAtMs = 0;
  /** Monotonic: behind at every beat since then; undefined when it was not at the last one. */
  behindSinceMs: number | undefined;
  /** Monotonic: no frame before. */
  nextFrameAtMs = 0;

  constructor(link: Link) {
    this.link = link;
  }

  get topics(): ReadonlySet<string> {
    return this.cohort?.topics ?? NO_TOPICS;
  }

  moveTo(to: Seq): void {
    this.sentTo = to;
    this.revision++;
  }
}

const NO_TOPICS: ReadonlySet<string> = new Set();

import type { FeedHealth, Notice } from '@bigboard/shared/messages';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';

/** How a feed did at a beat. */
export interface HeardFeed extends FeedHealth {
  /** Wall time of this browser at the beat that told it. */
  readonly heardAtMs: number;
}

/** What is known of the transport. Wall times are this browser's. Judging it is `status/board-status.ts`. */
export interface ConnectionState {
  /** `waiting` is between two tries. */
  readonly transport: 'connecting' | 'open' | 'waiting';
  /** A connection has been open before, so that there is something to be lost. */
  readonly wasOpen: boolean;
  /** Since when there is no connection; undefined while there is one. */
  readonly lostAtMs: number | undefined;
  /** Tries since it was lost. */
  readonly attempt: number;
  readonly nextTryAtMs: number | undefined;
  readonly isOnline: boolean;
  /** Back since then, and not yet told everything that was missed. */
  readonly catchingUpSinceMs: number | undefined;
  /** The older of both namespaces' newest sign of life; undefined while there is no connection. */
  readonly lastBeatAtMs: number | undefined;
  /** While the page was hidden nothing could be heard, so no silence counts from before. */
  readonly shownAtMs: number;
  /** Age of the oldest update the server still owes this page. */
  readonly lateMs: number;
  /** From the server's hand to this page, smoothed. */
  readonly latencyMs: number | undefined;
  readonly clockOffsetMs: number;
  /** Why the server can store nothing, and so nothing new comes; undefined while all is well. */
  readonly failure: { readonly message: string; readonly sinceMs: number } | undefined;
  /** How many watch the board; undefined until told. */
  readonly watching: number | undefined;
  /** As the newest beat of each namespace told them: a feed that writes to both may be silent in one. */
  readonly feeds: Readonly<Record<ViewerNamespace, Readonly<Record<string, HeardFeed>>>>;
}

const NO_FEEDS: ConnectionState['feeds'] = { markets: {}, sports: {} };
const SMOOTHING = 0.2;

/** The reactive holder of the facts. Only the modules beside it write. */
export class Connection {
  #state = $state.raw<ConnectionState>({
    transport: 'connecting',
    wasOpen: false,
    lostAtMs: undefined,
    attempt: 0,
    nextTryAtMs: undefined,
    isOnline: navigator.onLine,
    catchingUpSinceMs: undefined,
    lastBeatAtMs: undefined,
    shownAtMs: Date.now(),
    lateMs: 0,
    latencyMs: undefined,
    clockOffsetMs: 0,
    failure: undefined,
    watching: undefined,
    feeds: NO_FEEDS,
  });
  readonly #beats = new Map<ViewerNamespace, { atMs: number; lateMs: number }>();
  #latencyMs: number | undefined;

  get current(): ConnectionState {
    return this.#state;
  }

  change(facts: Partial<ConnectionState>): void {
    this.#state = { ...this.#state, ...facts };
  }

  /** Shown with the next beat: a number that changes twenty times a second cannot be read. */
  noteLatency(latencyMs: number): void {
    this.#latencyMs =
      this.#latencyMs === undefined ? latencyMs : this.#latencyMs + (latencyMs - this.#latencyMs) * SMOOTHING;
  }

  /** A notice of the server that is about itself, not about this page. */
  noteNotice({ code, message }: Notice, nowMs: number): void {
    if (code === 'restored') this.change({ failure: undefined });
    else if (code === 'unavailable') {
      this.change({ failure: { message, sinceMs: this.#state.failure?.sinceMs ?? nowMs } });
    }
  }

  noteBeat(
    namespace: ViewerNamespace,
    beat: { readonly lateMs?: number; readonly feeds: Readonly<Record<string, FeedHealth>> },
    nowMs: number,
    clockOffsetMs: number,
  ): void {
    const feeds = Object.fromEntries(
      Object.entries(beat.feeds).map(([name, health]) => [name, { ...health, heardAtMs: nowMs }]),
    );
    this.#beats.set(namespace, { atMs: nowMs, lateMs: beat.lateMs ?? 0 });
    const beats = [...this.#beats.values()];
    this.change({
      lastBeatAtMs: Math.min(...beats.map(({ atMs }) => atMs)),
      lateMs: Math.max(...beats.map(({ lateMs }) => lateMs)),
      latencyMs: this.#latencyMs,
      clockOffsetMs,
      feeds: { ...this.#state.feeds, [namespace]: feeds },
    });
  }

  /** Opening is a sign of life of every namespace: from here on silence counts. */
  noteOpening(nowMs: number): void {
    for (const namespace of VIEWER_NAMESPACES) this.#beats.set(namespace, { atMs: nowMs, lateMs: 0 });
    this.change({ lastBeatAtMs: nowMs });
  }

  /** Beats of a lost connection prove nothing about the next one. */
  forgetBeats(): void {
    this.#beats.clear();
    this.change({ lastBeatAtMs: undefined, lateMs: 0, failure: undefined, feeds: NO_FEEDS });
  }
}

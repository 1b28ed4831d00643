import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import type { Feed } from './feed.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import type { Recording } from './recording-file.ts';
import { ReplayFeed } from './replay.ts';

export interface SimulationOptions {
  /** Of the market; it also sets the time base of the whole recording. */
  readonly seed: number;
  /** Stocks, 0 for no market. */
  readonly symbols: number;
  /** Staged matches, 0 for none: those in play at the start first, then the next to kick off. */
  readonly matches: number;
  /** How much stream time it covers. */
  readonly minutes: number;
}

/** What is recorded stands still at most this long: a night of the market. Milliseconds. */
const LONGEST_PAUSE_MS = 30_000;

/** Simulated prices and staged matches on one stream clock: what `npm run simulate` writes. */
export class Simulation {
  readonly header: RecordingHeader;
  readonly #feeds: readonly StreamedFeed[];
  readonly #endOffsetMs: number;

  /** @param worldCup the recording the matches are taken from */
  constructor({ seed, symbols, matches, minutes }: SimulationOptions, worldCup: Recording) {
    const market = new MarketSimulator({ seed, symbols: Math.max(1, symbols) });
    const { startTimeMs } = market;
    this.#endOffsetMs = minutes * 60_000;
    const feeds: StreamedFeed[] = [];
    if (symbols > 0) feeds.push({ feed: market, shiftMs: 0 });
    if (matches > 0) {
      const feed = new ReplayFeed(pickMatches(worldCup, matches), { name: 'matches', loop: true });
      feeds.push({ feed, shiftMs: startTimeMs - feed.startTimeMs });
    }
    this.#feeds = feeds;
    this.header = {
      bigboard: 1,
      title: `Simulated market, seed ${seed}${matches > 0 ? ', and matches of the 2022 World Cup' : ''}`,
      source: matches > 0 ? `made by Bigboard; matches: ${worldCup.header.source}` : 'made by Bigboard',
      licence: worldCup.header.licence,
      origin: 'simulated',
      // Only the matches really happened, and only their times are arranged.
      ...(matches > 0 ? { origins: { sports: worldCup.header.origin }, staged: ['sports'] } : {}),
      startTimeMs,
      endTimeMs: startTimeMs + this.#endOffsetMs,
      longestPauseMs: LONGEST_PAUSE_MS,
    };
  }

  /** In the order they are due. `offsetMs` is the stream time since the start. */
  *updates(): Generator<NamespacedUpdate & { readonly offsetMs: number }> {
    for (const { feed, shiftMs } of this.#feeds) {
      for (const opened of feed.opening()) yield { ...shift(opened, shiftMs), offsetMs: 0 };
    }
    for (;;) {
      const [earliest] = this.#feeds
        .map(({ feed, shiftMs }) => ({ feed, shiftMs, offsetMs: offsetOf(feed) }))
        .filter(({ offsetMs }) => offsetMs <= this.#endOffsetMs)
        .sort((a, b) => a.offsetMs - b.offsetMs);
      const next = earliest?.feed.next();
      if (earliest === undefined || next === undefined) return;
      yield { ...shift(next, earliest.shiftMs), offsetMs: earliest.offsetMs };
    }
  }
}

interface StreamedFeed {
  readonly feed: Feed;
  /** Added to its event times, so that all feeds of the recording speak of the same hours. */
  readonly shiftMs: number;
}

/** How long after the start its next update is due. */
function offsetOf(feed: Feed): number {
  return (feed.nextDueMs() ?? Infinity) - feed.startTimeMs;
}

/** The recording with only so many of its matches. */
function pickMatches(recording: Recording, count: number): Recording {
  const kickOffs = new Map<string, number>();
  for (const { update } of recording.updates) {
    const kickOff = update.fields?.['stagedKickoff'];
    if (typeof kickOff === 'number' && !kickOffs.has(update.topic)) kickOffs.set(update.topic, kickOff);
  }
  const beginMs = recording.header.startTimeMs ?? 0;
  const over = new Set(finishedBefore(recording, beginMs));
  const order = [...kickOffs].sort(
    ([a, first], [b, second]) => Number(over.has(a)) - Number(over.has(b)) || first - second,
  );
  const picked = new Set(order.slice(0, count).map(([topic]) => topic));
  return { ...recording, updates: recording.updates.filter(({ update }) => picked.has(update.topic)) };
}

function finishedBefore({ updates }: Recording, timeMs: number): string[] {
  return updates
    .filter(({ update }) => update.time <= timeMs && update.fields?.['status'] === 'finished')
    .map(({ update }) => update.topic);
}

/** Moves an update in time, with what its fields say of stream time. */
function shift({ namespace, update }: NamespacedUpdate, shiftMs: number): NamespacedUpdate {
  if (shiftMs === 0) return { namespace, update };
  const { fields, time } = update;
  if (fields === undefined) return { namespace, update: { ...update, time: time + shiftMs } };
  const moved: Record<string, Json> = { ...fields };
  if (typeof moved['stagedKickoff'] === 'number') moved['stagedKickoff'] += shiftMs;
  const clock = moved['clock'];
  if (typeof clock === 'object' && clock !== null && 'atTimeMs' in clock) {
    moved['clock'] = { ...clock, atTimeMs: Number(clock.atTimeMs) + shiftMs };
  }
  return { namespace, update: { ...update, time: time + shiftMs, fields: moved } };
}

import type { Mover } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from './deriver.ts';

const SHOWN = 5;
/** A list that changes its order under the eye is no list. Stream time. */
const RANK_INTERVAL_MS = 2_000;

interface Standing {
  last?: number;
  changePercent?: number;
  isIndex: boolean;
}

/** `quote:SYM` -> `movers`: the stocks that rose and fell most, the strongest first. Indices do not take part. */
export class MoversDeriver implements Deriver {
  readonly name = 'movers';
  readonly namespace = 'markets';
  readonly #standings = new Map<string, Standing>();
  #isChanged = false;
  #rankedTimeMs = -Infinity;
  #told: { up?: string; down?: string } = {};

  fold({ topic, fields, log, reset }: Update): readonly Update[] {
    const { kind, id } = parseTopic(topic);
    if (kind !== 'quote' || id === undefined) return [];
    if (reset) {
      this.#isChanged = this.#standings.delete(id) || this.#isChanged;
      if (fields === undefined && log === undefined) return [];
    }
    const { last, changePercent, sector } = fields ?? {};
    const standing = this.#standings.get(id) ?? { isIndex: false };
    if (typeof last === 'number') standing.last = last;
    if (typeof changePercent === 'number') standing.changePercent = changePercent;
    if (sector !== undefined) standing.isIndex = sector === 'Index';
    this.#standings.set(id, standing);
    this.#isChanged = true;
    return [];
  }

  settle(streamTimeMs: number): readonly Update[] {
    // A replay that starts over turns stream time back: then it is ranked at once.
    const isSoon = streamTimeMs >= this.#rankedTimeMs && streamTimeMs < this.#rankedTimeMs + RANK_INTERVAL_MS;
    if (!this.#isChanged || isSoon) return [];
    this.#isChanged = false;
    this.#rankedTimeMs = streamTimeMs;
    const fields: { up?: Mover[]; down?: Mover[] } = {};
    for (const [name, sign] of [['up', 1] as const, ['down', -1] as const]) {
      const ranked = this.#rank(sign);
      const text = JSON.stringify(ranked);
      if (text !== this.#told[name]) fields[name] = ranked;
      this.#told[name] = text;
    }
    return Object.keys(fields).length > 0 ? [{ topic: 'movers', time: streamTimeMs, fields: { ...fields } }] : [];
  }

  #rank(sign: 1 | -1): Mover[] {
    const movers: Mover[] = [];
    for (const [symbol, { last, changePercent, isIndex }] of this.#standings) {
      if (isIndex || last === undefined || changePercent === undefined || sign * changePercent <= 0) continue;
      movers.push({ symbol, last, changePercent });
    }
    // Equal ones by name, so that two instances rank alike.
    movers.sort((a, b) => sign * (b.changePercent - a.changePercent) || (a.symbol < b.symbol ? -1 : 1));
    return movers.slice(0, SHOWN);
  }
}

import type { Json } from '@bigboard/shared/json';
import type { Mover } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import type { Deriver, Restored } from './deriver.ts';
import { isRemoval } from './removal.ts';
import { valuesUntil } from './values-until.ts';

const SHOWN = 5;
/** A list that changes its order under the eye is no list. Stream time. */
const RANK_INTERVAL_MS = 2_000;
/** How many standings its state has, the strongest first. With fewer stocks than this it has all of them. */
const REMEMBERED = 200;

interface Standing {
  last: number | undefined;
  changePercent: number | undefined;
  isIndex: boolean;
}

const stateSchema = z.object({
  window: z.number().nullable(),
  isChanged: z.boolean(),
  standings: z.array(z.tuple([z.string(), z.number().nullable(), z.number().nullable(), z.boolean()])),
});

/**
 * `quote:SYM` -> `movers`: the stocks that rose and fell most, the strongest first. Indices do not take part. It is ranked
 * with the first batch of each window of stream time, as it stands then.
 */
export class MoversDeriver implements Deriver {
  readonly name = 'movers';
  readonly namespace = 'markets';
  readonly resumesFrom = 'log';
  readonly #standings = new Map<string, Standing>();
  #isChanged = false;
  #isRemoved = false;
  #window: number | undefined;
  /** The fields the topic has, as text. */
  #told: { up?: string; down?: string } = {};

  fold(update: Update): void {
    const { topic, fields, reset } = update;
    const { kind, id } = parseTopic(topic);
    if (kind !== 'quote' || id === undefined) return;
    const isKnown = reset ? this.#standings.delete(id) : false;
    if (isRemoval(update)) {
      this.#isRemoved ||= isKnown;
      return;
    }
    const standing = this.#standings.get(id) ?? { last: undefined, changePercent: undefined, isIndex: false };
    const { last, changePercent, sector } = fields ?? {};
    if (last !== undefined) standing.last = readNumber(last);
    if (changePercent !== undefined) standing.changePercent = readNumber(changePercent);
    if (sector !== undefined) standing.isIndex = sector === 'Index';
    this.#standings.set(id, standing);
    this.#isChanged = true;
  }

  settle(streamTimeMs: number): readonly Update[] {
    const window = Math.floor(streamTimeMs / RANK_INTERVAL_MS);
    // Nothing may come after a removal that would open a window.
    const isDue = this.#isRemoved || (this.#isChanged && window !== this.#window);
    if (!isDue) return [];
    this.#isChanged = false;
    this.#isRemoved = false;
    this.#window = window;
    if (this.#standings.size === 0) {
      const isTold = Object.keys(this.#told).length > 0;
      this.#told = {};
      return isTold ? [{ topic: 'movers', time: streamTimeMs, reset: true }] : [];
    }
    const fields: { up?: Mover[]; down?: Mover[] } = {};
    for (const [name, sign] of [['up', 1] as const, ['down', -1] as const]) {
      const ranked = this.#rank(sign);
      const text = JSON.stringify(ranked);
      if (text !== this.#told[name]) fields[name] = ranked;
      this.#told[name] = text;
    }
    return Object.keys(fields).length > 0 ? [{ topic: 'movers', time: streamTimeMs, fields: { ...fields } }] : [];
  }

  /** When the next ranking has been folded but not stored, the quotes it was made of may be gone from their documents. */
  state(): Json {
    const strength = ({ changePercent }: Standing) => Math.abs(changePercent ?? 0);
    const strongest = [...this.#standings].sort(([, a], [, b]) => strength(b) - strength(a)).slice(0, REMEMBERED);
    return {
      window: this.#window ?? null,
      isChanged: this.#isChanged,
      standings: strongest.map(([symbol, { last = null, changePercent = null, isIndex }]) => [
        symbol,
        last,
        changePercent,
        isIndex,
      ]),
    };
  }

  restore({ documents, foldedSeq, state }: Restored): void {
    const known = state === undefined ? undefined : stateSchema.parse(state);
    for (const [topic, document] of documents) {
      const { kind, id } = parseTopic(topic);
      if (kind !== 'quote' || id === undefined || document.removed) continue;
      // What came after is folded again, or is not when nothing is known of what came before.
      const values = known === undefined ? document.values() : valuesUntil(document, foldedSeq);
      const [last, changePercent] = [readNumber(values['last']), readNumber(values['changePercent'])];
      const isIndex = values['sector'] === 'Index';
      if (last !== undefined || changePercent !== undefined || isIndex) {
        this.#standings.set(id, { last, changePercent, isIndex });
      }
    }
    for (const [symbol, last, changePercent, isIndex] of known?.standings ?? []) {
      this.#standings.set(symbol, { last: last ?? undefined, changePercent: changePercent ?? undefined, isIndex });
    }
    this.#window = known?.window ?? undefined;
    this.#isChanged = known?.isChanged ?? true;
    const { up, down } = documents.get('movers')?.values() ?? {};
    if (up !== undefined) this.#told.up = JSON.stringify(up);
    if (down !== undefined) this.#told.down = JSON.stringify(down);
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

function readNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

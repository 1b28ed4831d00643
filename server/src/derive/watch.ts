import type { Json } from '@bigboard/shared/json';
import { sessionStatusSchema, type WatchRow } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from './deriver.ts';

type Fields = NonNullable<Update['fields']>;

/** `quote:SYM` -> `watch`, the whole list in one topic: a field a symbol with what a row needs. */
export class WatchDeriver implements Deriver {
  readonly name = 'watch';
  readonly namespace = 'markets';
  readonly #rows = new Map<string, WatchRow>();
  readonly #changed = new Set<string>();
  #newestTimeMs = 0;

  fold({ topic, time, fields, reset }: Update): readonly Update[] {
    const { kind, id } = parseTopic(topic);
    if (kind !== 'quote' || id === undefined) return [];
    const shown = this.#rows.get(id);
    const row = readRow(id, reset ? undefined : shown, fields ?? {});
    if (row === undefined) this.#rows.delete(id);
    else this.#rows.set(id, row);
    if (isSameRow(shown, row)) return [];
    this.#changed.add(id);
    this.#newestTimeMs = time;
    return [];
  }

  settle(): readonly Update[] {
    if (this.#changed.size === 0) return [];
    const fields: { [symbol: string]: Json } = {};
    for (const symbol of this.#changed) {
      const row = this.#rows.get(symbol);
      fields[symbol] = row === undefined ? null : { ...row };
    }
    this.#changed.clear();
    return [{ topic: 'watch', time: this.#newestTimeMs, fields }];
  }
}

/** Only a price is needed: an adopter's quote may have nothing else. Without one there is no row. */
function readRow(symbol: string, shown: WatchRow | undefined, fields: Fields): WatchRow | undefined {
  const last = fields['last'] ?? shown?.last;
  if (typeof last !== 'number') return undefined;
  const status = sessionStatusSchema.safeParse(fields['status']);
  return {
    name: readText(fields['name'], shown?.name ?? symbol),
    sector: readText(fields['sector'], shown?.sector ?? ''),
    decimals: readNumber(fields['decimals'], shown?.decimals ?? 2),
    last,
    change: readNumber(fields['change'], shown?.change ?? 0),
    changePercent: readNumber(fields['changePercent'], shown?.changePercent ?? 0),
    volume: readNumber(fields['volume'], shown?.volume ?? 0),
    status: status.success ? status.data : (shown?.status ?? 'open'),
  };
}

function readText(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function readNumber(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function isSameRow(a: WatchRow | undefined, b: WatchRow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (Object.keys(b) as (keyof WatchRow)[]).every((name) => a[name] === b[name]);
}

import type { Json } from '@bigboard/shared/json';
import { sessionStatusSchema, watchRowSchema, type WatchRow } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Deriver, Restored } from './deriver.ts';

type Fields = NonNullable<Update['fields']>;

/** `quote:SYM` -> `watch`, the whole list in one topic: a field a symbol with what a row needs. */
export class WatchDeriver implements Deriver {
  readonly name = 'watch';
  readonly namespace = 'markets';
  readonly resumesFrom = 'log';
  readonly #rows = new Map<string, WatchRow>();
  readonly #changed = new Set<string>();
  #newestTimeMs = 0;

  fold({ topic, time, fields, reset }: Update): void {
    const { kind, id } = parseTopic(topic);
    if (kind !== 'quote' || id === undefined) return;
    const shown = this.#rows.get(id);
    const row = readRow(id, reset ? undefined : shown, fields ?? {});
    if (row === undefined) this.#rows.delete(id);
    else this.#rows.set(id, row);
    if (isSameRow(shown, row)) return;
    this.#changed.add(id);
    this.#newestTimeMs = time;
  }

  settle(): readonly Update[] {
    if (this.#changed.size === 0) return [];
    const fields = new Map<string, Json>();
    for (const symbol of this.#changed) {
      const row = this.#rows.get(symbol);
      fields.set(symbol, row === undefined ? null : { ...row });
    }
    this.#changed.clear();
    return [{ topic: 'watch', time: this.#newestTimeMs, fields: Object.fromEntries(fields) }];
  }

  state(): Json {
    return null;
  }

  restore({ documents }: Restored): void {
    for (const [symbol, row] of Object.entries(documents.get('watch')?.values() ?? {})) {
      const read = watchRowSchema.safeParse(row);
      if (read.success) this.#rows.set(symbol, read.data);
    }
  }
}

/** Only a price is needed: an adopter's quote may have nothing else. Without one there is no row. */
function readRow(symbol: string, shown: WatchRow | undefined, fields: Fields): WatchRow | undefined {
  const { last = shown?.last } = fields;
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

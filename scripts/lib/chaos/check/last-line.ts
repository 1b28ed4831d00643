import { readContent, topicsOf, type RowPlan } from '../rows.ts';
import type { Findings } from './findings.ts';
import type { Testimony } from './testimony.ts';

/** A row that was acknowledged, or of a feed, and is not there in the end. */
export interface MissingRow {
  readonly producer: string;
  readonly id: number;
  readonly topic: string;
}

/** A row of a topic, with its place. */
interface PlacedRow {
  readonly n: number;
  readonly id: number;
}

/**
 * The entries of a topic as they stand in the end, by number: those of the last epoch, and before its first one those of the
 * epochs it took over from.
 */
export function lastLine(testimony: Testimony, topic: string): ReadonlyMap<number, string> {
  const line = new Map<number, string>();
  let below = Infinity;
  for (const epoch of [...testimony.epochs].reverse()) {
    const entries = testimony.entries(epoch, topic);
    for (const [n, content] of entries) if (n < below) line.set(n, content);
    below = Math.min(below, ...lowest(entries));
  }
  return line;
}

function lowest(entries: ReadonlyMap<number, string>): number[] {
  let least = Infinity;
  for (const n of entries.keys()) least = Math.min(least, n);
  return least === Infinity ? [] : [least];
}

export interface LineResult {
  readonly missing: readonly MissingRow[];
  /** Acknowledged rows that nobody saw, and that may stand where nobody looked. */
  readonly unwitnessed: number;
}

/**
 * Each producer's rows stand in each topic once, in order, and all of them.
 * @param owed of each producer, up to which id its rows have to be there
 * @param lastOf the number of the newest entry of each topic in the end
 */
export function checkLines(
  plan: RowPlan,
  testimony: Testimony,
  findings: Findings,
  owed: ReadonlyMap<string, number>,
  lastOf: ReadonlyMap<string, number>,
): LineResult {
  const missing: MissingRow[] = [];
  let unwitnessed = 0;
  for (const topic of topicsOf(plan)) {
    const line = lastLine(testimony, topic);
    const last = Math.max(lastOf.get(topic) ?? 0, 0);
    const rows = rowsByProducer(plan, line, last);
    for (const [producer, placed] of rows) checkOrder(findings, topic, producer, placed);
    for (const [producer, owedTo] of owed) {
      const owedIds = idsOf(plan, producer, topic, owedTo);
      const result = findMissing(owedIds, rows.get(producer) ?? [], line, last);
      missing.push(...result.missing.map((id) => ({ producer, id, topic })));
      unwitnessed += result.unwitnessed;
    }
  }
  return { missing, unwitnessed };
}

function rowsByProducer(plan: RowPlan, line: ReadonlyMap<number, string>, last: number): Map<string, PlacedRow[]> {
  const rows = new Map<string, PlacedRow[]>();
  for (const n of [...line.keys()].sort((a, b) => a - b)) {
    const row = readContent(plan, line.get(n) as string);
    if (row === undefined || n > last) continue;
    const placed = rows.get(row.producer) ?? [];
    rows.set(row.producer, placed);
    placed.push({ n, id: row.id });
  }
  return rows;
}

function checkOrder(findings: Findings, topic: string, producer: string, placed: readonly PlacedRow[]): void {
  const places = new Map<number, number>();
  let newest = 0;
  for (const { n, id } of placed) {
    const before = places.get(id);
    if (before !== undefined) findings.add('duplicated', `${producer} ${id} is entry ${before} and ${n} of ${topic}`);
    else if (id < newest) findings.add('reordered', `${producer} ${id} is entry ${n} of ${topic}, after ${newest}`);
    places.set(id, n);
    newest = Math.max(newest, id);
  }
}

function idsOf(plan: RowPlan, producer: string, topic: string, to: number): number[] {
  const of = producer === plan.feed ? 'reel' : 'tape';
  const [kind, index = ''] = topic.split(':');
  if (kind !== of) return [];
  const step = topicsOf(plan).filter((name) => name.startsWith(`${of}:`)).length;
  const ids: number[] = [];
  for (let id = Number(index) === 0 ? step : Number(index); id <= to; id += step) ids.push(id);
  return ids;
}

/** Those that can be nowhere: between its neighbours every number is taken by another. */
function findMissing(
  owed: readonly number[],
  placed: readonly PlacedRow[],
  line: ReadonlyMap<number, string>,
  last: number,
): { readonly missing: number[]; readonly unwitnessed: number } {
  const missing: number[] = [];
  let unwitnessed = 0;
  const unknownBetween = countUnknown(line, last);
  let next = 0;
  let hiding: number[] = [];
  const settle = (from: number, to: number) => {
    const room = unknownBetween(from, to);
    unwitnessed += Math.min(room, hiding.length);
    missing.push(...hiding.slice(room));
    hiding = [];
  };
  const sorted = [...placed].sort((a, b) => a.id - b.id);
  for (const id of owed) {
    while (next < sorted.length && (sorted[next] as PlacedRow).id < id) next++;
    const found = sorted[next];
    if (found?.id !== id) {
      hiding.push(id);
      continue;
    }
    if (hiding.length > 0) settle(sorted[next - 1]?.n ?? 0, found.n);
  }
  if (hiding.length > 0) settle(sorted.at(-1)?.n ?? 0, last + 1);
  return { missing, unwitnessed };
}

/** @returns how many numbers between two, both left out, nobody saw the content of */
function countUnknown(line: ReadonlyMap<number, string>, last: number): (from: number, to: number) => number {
  const unknown: number[] = [];
  for (let n = 1; n <= last; n++) if (!line.has(n)) unknown.push(n);
  return (from, to) => unknown.filter((n) => n > from && n < to).length;
}

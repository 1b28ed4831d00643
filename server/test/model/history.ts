import type { Json } from '@bigboard/shared/json';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { Update } from '@bigboard/shared/update';

/** The state of a topic between two of its updates, as the definition has it: folded entry by entry, nothing clever. */
export interface Moment {
  readonly time: number;
  readonly removed: boolean;
  readonly fields: ReadonlyMap<string, Json>;
  readonly log: readonly (readonly [n: number, time: number, entry: Json])[];
  readonly lastEntry: number;
  /** The update with which the numbering of the entries began: one life of it. */
  readonly life: Seq;
}

const NEVER: Moment = { time: 0, removed: true, fields: new Map(), log: [], lastEntry: 0, life: 0 };

/** What everybody must be able to see of a topic, as text. */
export function textOf({ time, removed, fields, log }: Omit<Moment, 'life' | 'lastEntry'>): string {
  const pairs = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([time, removed, pairs, log]);
}

const texts = new WeakMap<Moment, string>();

/** `textOf`, made once for each moment there was. */
export function textOfMoment(moment: Moment): string {
  const text = texts.get(moment) ?? textOf(moment);
  texts.set(moment, text);
  return text;
}

/** All states of all topics in one epoch: what the log means, kept apart from the code that is tested. */
export class History {
  readonly epoch: Epoch;
  readonly #logLimit: number;
  readonly #moments = new Map<string, { readonly seq: Seq; readonly moment: Moment }[]>();
  seq: Seq = 0;

  /** @param seeds the topics the epoch begins with */
  constructor(epoch: Epoch, logLimit: number, seeds: ReadonlyMap<string, Moment>) {
    this.epoch = epoch;
    this.#logLimit = logLimit;
    for (const [topic, moment] of seeds) this.#moments.set(topic, [{ seq: 0, moment: { ...moment, life: 0 } }]);
  }

  append(update: Update): void {
    this.seq++;
    const moments = this.#moments.get(update.topic) ?? [];
    const before = moments.at(-1)?.moment ?? { ...NEVER, life: this.seq };
    moments.push({ seq: this.seq, moment: fold(before, update, this.seq, this.#logLimit) });
    this.#moments.set(update.topic, moments);
  }

  at(topic: string, seq: Seq): Moment {
    return this.#moments.get(topic)?.findLast((moment) => moment.seq <= seq)?.moment ?? NEVER;
  }

  /** Whether the topic has been written to in this epoch, up to `seq`. */
  has(topic: string, seq = this.seq): boolean {
    return this.#moments.get(topic)?.some((moment) => moment.seq <= seq) ?? false;
  }

  topicsAt(seq: Seq): Map<string, Moment> {
    const topics = [...this.#moments.keys()].filter((topic) => this.has(topic, seq));
    return new Map(topics.map((topic) => [topic, this.at(topic, seq)]));
  }
}

function fold(before: Moment, update: Update, seq: Seq, logLimit: number): Moment {
  const base: Moment = update.reset ? { ...NEVER, life: seq } : before;
  const fields = new Map(base.fields);
  let log = [...base.log];
  let lastEntry = base.lastEntry;
  for (const [name, value] of Object.entries(update.fields ?? {})) {
    if (value === null) fields.delete(name);
    else fields.set(name, value);
  }
  for (const entry of update.log ?? []) {
    const n = ++lastEntry;
    log.push([n, update.time, entry]);
    log = log.filter((kept) => kept[0] > n - logLimit);
    log = correct(log, n, entry);
  }
  const removed = base.removed && fields.size === 0 && log.length === 0;
  return { time: update.time, removed, fields, log, lastEntry, life: base.life };
}

function correct(log: Moment['log'][number][], n: number, entry: Json): Moment['log'][number][] {
  const original = originalOf(entry);
  if (original === undefined || original >= n) return log;
  const { corrects: _, ...content } = entry as { corrects: number };
  return log.flatMap((kept) => {
    if (kept[0] !== original || originalOf(kept[2]) !== undefined) return [kept];
    return Object.keys(content).length === 0 ? [] : [[kept[0], kept[1], content] as const];
  });
}

function originalOf(entry: Json): number | undefined {
  return entry !== null && typeof entry === 'object' && 'corrects' in entry ? (entry.corrects as number) : undefined;
}

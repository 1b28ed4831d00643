import type { Json } from '@bigboard/shared/json';
import { matchSchema, tableSchema, type Match, type Side, type Table, type Tie } from '@bigboard/shared/sport';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import type { Deriver, Restored } from './deriver.ts';
import { FoldedTopics } from './folded-topics.ts';
import { groupOf, roundOf } from './table-stages.ts';
import { standings } from './table-standings.ts';

const rankedMatchSchema = matchSchema.pick({
  stage: true,
  kickoff: true,
  home: true,
  away: true,
  status: true,
  score: true,
  shootout: true,
});
type RankedMatch = Pick<Match, 'stage' | 'kickoff' | 'home' | 'away' | 'status' | 'score' | 'shootout'> & {
  readonly id: string;
  /** The topic that shows it. */
  readonly table: string;
};

/** How many of a group go through. */
const QUALIFIERS = 2;
const KNOCKOUT_TITLE = 'Knock-out rounds';

/** The topics it has told: others may write tables of their own. */
const stateSchema = z.array(z.string());

/**
 * `match:ID` -> `table:YEAR-LETTER` of each group and `table:YEAR-KO` of the knock-out rounds, as they stand.
 * TODO: two competitions of one year with groups of the same letter share a table; an id of the competition in `match`
 * would tell them apart.
 */
export class TableDeriver implements Deriver {
  readonly name = 'table';
  readonly namespace = 'sports';
  readonly resumesFrom = 'documents';
  readonly #documents = new FoldedTopics('match');
  readonly #matches = new Map<string, RankedMatch>();
  /** What the topics have. */
  readonly #told = new Map<string, Table>();
  readonly #changed = new Set<string>();
  #newestTimeMs = 0;

  fold(update: Update): void {
    const id = this.#documents.fold(update);
    if (id === undefined) return;
    this.#read(id);
    this.#newestTimeMs = update.time;
  }

  settle(): readonly Update[] {
    const updates: Update[] = [];
    for (const topic of this.#changed) {
      const update = this.#tell(topic);
      if (update !== undefined) updates.push(update);
    }
    this.#changed.clear();
    return updates;
  }

  state(): Json {
    return [...this.#told.keys()];
  }

  restore({ documents, state }: Restored): void {
    const own = stateSchema.safeParse(state);
    for (const id of this.#documents.restore(documents)) this.#read(id);
    this.#newestTimeMs = this.#documents.newestTimeMs;
    for (const topic of own.success ? own.data : this.#changed) {
      const told = tableSchema.safeParse(documents.get(topic)?.values());
      if (told.success) this.#told.set(topic, told.data);
      this.#changed.add(topic);
    }
  }

  #read(id: string): void {
    const before = this.#matches.get(id);
    const after = readMatch(id, this.#documents.get(id)?.values() ?? {});
    if (after === undefined) this.#matches.delete(id);
    else this.#matches.set(id, after);
    for (const table of [before?.table, after?.table]) if (table !== undefined) this.#changed.add(table);
  }

  #tell(topic: string): Update | undefined {
    const time = this.#newestTimeMs;
    const told = this.#told.get(topic);
    const matches = [...this.#matches.values()].filter(({ table }) => table === topic);
    if (matches.length === 0) {
      return this.#told.delete(topic) ? { topic, time, reset: true } : undefined;
    }
    // By kick-off, whatever order they came in.
    matches.sort((a, b) => a.kickoff - b.kickoff || (a.id < b.id ? -1 : 1));
    const table = drawTable(matches);
    const fields: { [name: string]: Json } = {};
    for (const name of Object.keys(table) as (keyof Table)[]) {
      if (JSON.stringify(table[name]) !== JSON.stringify(told?.[name])) fields[name] = table[name] as Json;
    }
    if (Object.keys(fields).length === 0) return undefined;
    this.#told.set(topic, table);
    return { topic, time, fields };
  }
}

function readMatch(id: string, fields: { readonly [name: string]: Json }): RankedMatch | undefined {
  const read = rankedMatchSchema.safeParse(fields);
  if (!read.success) return undefined;
  const { stage, kickoff } = read.data;
  const suffix = groupOf(stage) ?? (roundOf(stage) === undefined ? undefined : 'KO');
  const year = new Date(kickoff).getUTCFullYear();
  return suffix === undefined ? undefined : { ...read.data, id, table: `table:${year}-${suffix}` };
}

function drawTable(matches: readonly RankedMatch[]): Table {
  const group = groupOf((matches[0] as RankedMatch).stage);
  if (group !== undefined) return { title: `Group ${group}`, qualifiers: QUALIFIERS, rows: standings(matches) };
  const rounds = matches.toSorted((a, b) => (roundOf(a.stage) ?? 0) - (roundOf(b.stage) ?? 0));
  return { title: KNOCKOUT_TITLE, ties: rounds.map(readTie) };
}

function readTie({ id, stage, home, away, status, score, shootout }: RankedMatch): Tie {
  const winner = status === 'finished' ? (leader(score) ?? leader(shootout)) : undefined;
  return {
    match: id,
    stage,
    home: home.name,
    away: away.name,
    status,
    score,
    ...(shootout === undefined ? {} : { shootout }),
    ...(winner === undefined ? {} : { winner }),
  };
}

function leader(score: Match['shootout']): Side | undefined {
  if (score === undefined || score.home === score.away) return undefined;
  return score.home > score.away ? 'home' : 'away';
}

import { chancesSchema, matchSchema, type Chances, type ScoreCard, type Team } from '@bigboard/shared/sport';
import type { Json } from '@bigboard/shared/json';
import { parseTopic } from '@bigboard/shared/topic';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from './deriver.ts';
import { MatchDocuments, readTimeline, type TimelineEvent } from './matches.ts';

const cardSchema = matchSchema.pick({
  stage: true,
  kickoff: true,
  stagedKickoff: true,
  home: true,
  away: true,
  status: true,
  period: true,
  clock: true,
  score: true,
  shootout: true,
});

/** `match:ID` and `winprob:ID` -> `scores`, all of them in one topic: a field a match with what a card needs. */
export class ScoresDeriver implements Deriver {
  readonly name = 'scores';
  readonly namespace = 'sports';
  readonly #matches = new MatchDocuments();
  readonly #documents = new Map<string, TopicDocument>();
  readonly #chances = new Map<string, Chances>();
  /** The fields the topic has, as text. */
  readonly #told = new Map<string, string>();
  readonly #changed = new Set<string>();
  #newestTimeMs = 0;

  fold(update: Update): readonly Update[] {
    const { kind, id } = parseTopic(update.topic);
    if (id === undefined) return [];
    if (kind === 'winprob') this.#foldChances(id, update);
    const match = this.#matches.fold(update);
    if (match === undefined) return [];
    if (match.document.removed) this.#documents.delete(id);
    else this.#documents.set(id, match.document);
    this.#mark(id, update.time);
    return [];
  }

  settle(): readonly Update[] {
    const fields: { [id: string]: Json } = {};
    for (const id of this.#changed) {
      const card = this.#card(id);
      const text = card === undefined ? undefined : JSON.stringify(card);
      if (text === this.#told.get(id)) continue;
      if (text === undefined) this.#told.delete(id);
      else this.#told.set(id, text);
      fields[id] = card === undefined ? null : { ...card };
    }
    this.#changed.clear();
    return Object.keys(fields).length > 0 ? [{ topic: 'scores', time: this.#newestTimeMs, fields }] : [];
  }

  #foldChances(id: string, { time, fields, reset }: Update): void {
    const told = reset ? undefined : this.#chances.get(id);
    // Only the changed ones of the three are told.
    const read = chancesSchema.safeParse({ ...told, ...fields });
    if (read.success) this.#chances.set(id, read.data);
    else this.#chances.delete(id);
    this.#mark(id, time);
  }

  #mark(id: string, timeMs: number): void {
    this.#changed.add(id);
    this.#newestTimeMs = timeMs;
  }

  #card(id: string): ScoreCard | undefined {
    const document = this.#documents.get(id);
    if (document === undefined) return undefined;
    const read = cardSchema.safeParse(document.values());
    if (!read.success) return undefined;
    const { home, away, ...rest } = read.data;
    const chances = this.#chances.get(id);
    const last = readTimeline(document).findLast(isNews);
    return {
      ...rest,
      home: nameTeam(home),
      away: nameTeam(away),
      ...(chances === undefined ? {} : { chances }),
      ...(last === undefined ? {} : { lastEvent: last.event }),
      ...(last?.timeMs === undefined ? {} : { lastEventTimeMs: last.timeMs }),
    };
  }
}

function isNews({ event }: TimelineEvent): boolean {
  return event.type === 'goal' || event.type === 'kick' || (event.type === 'card' && event.card !== 'yellow');
}

/** A card shows no line-up. */
function nameTeam({ name, code, country }: Team): ScoreCard['home'] {
  return { name, code, ...(country === undefined ? {} : { country }) };
}

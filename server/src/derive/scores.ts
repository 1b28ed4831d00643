import { chancesSchema, matchSchema, type ScoreCard, type Team } from '@bigboard/shared/sport';
import type { Json } from '@bigboard/shared/json';
import type { Update } from '@bigboard/shared/update';
import type { Deriver, Restored } from './deriver.ts';
import { FoldedTopics, readTimeline, type TimelineEvent } from './folded-topics.ts';

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
  readonly resumesFrom = 'documents';
  readonly #matches = new FoldedTopics('match');
  readonly #chances = new FoldedTopics('winprob');
  /** The fields the topic has, as text. */
  readonly #told = new Map<string, string>();
  readonly #changed = new Set<string>();
  #newestTimeMs = 0;

  fold(update: Update): void {
    const id = this.#matches.fold(update) ?? this.#chances.fold(update);
    if (id === undefined) return;
    this.#changed.add(id);
    this.#newestTimeMs = update.time;
  }

  settle(): readonly Update[] {
    const fields = new Map<string, Json>();
    for (const id of this.#changed) {
      const card = this.#card(id);
      const text = card === undefined ? undefined : JSON.stringify(card);
      if (text === this.#told.get(id)) continue;
      if (text === undefined) this.#told.delete(id);
      else this.#told.set(id, text);
      fields.set(id, card === undefined ? null : { ...card });
    }
    this.#changed.clear();
    return fields.size > 0 ? [{ topic: 'scores', time: this.#newestTimeMs, fields: Object.fromEntries(fields) }] : [];
  }

  state(): Json {
    return null;
  }

  restore({ documents }: Restored): void {
    const own = documents.get('scores');
    for (const [id, card] of Object.entries(own?.values() ?? {})) this.#told.set(id, JSON.stringify(card));
    for (const id of this.#matches.restore(documents)) this.#changed.add(id);
    for (const id of this.#chances.restore(documents)) this.#changed.add(id);
    for (const id of this.#told.keys()) this.#changed.add(id);
    this.#newestTimeMs = Math.max(this.#matches.newestTimeMs, own?.time ?? 0);
  }

  #card(id: string): ScoreCard | undefined {
    const document = this.#matches.get(id);
    if (document === undefined) return undefined;
    const read = cardSchema.safeParse(document.values());
    if (!read.success) return undefined;
    const { home, away, ...rest } = read.data;
    const chances = chancesSchema.safeParse(this.#chances.get(id)?.values());
    const last = readTimeline(document).findLast(isNews);
    return {
      ...rest,
      home: nameTeam(home),
      away: nameTeam(away),
      ...(chances.success ? { chances: chances.data } : {}),
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

import type { Json } from '@bigboard/shared/json';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import type { Deriver, Restored } from './deriver.ts';
import { FollowedMatch, followedMatchSchema } from './win-probability-match.ts';
import { recallMatch, recallUnremarked } from './win-probability-recall.ts';

/** Its state has the matches in play, and of the others so many that changed last. */
const REMEMBERED = 16;

const stateSchema = z.array(followedMatchSchema);

/**
 * `match:ID` -> `winprob:ID`: the chances of a match as it goes on. The stream time of a match is taken for match time, so
 * between two updates of a match its line goes on as the clock does. Chances only, and no line, before kick-off.
 */
export class WinProbabilityDeriver implements Deriver {
  readonly name = 'win-probability';
  readonly namespace = 'sports';
  readonly resumesFrom = 'log';
  /** By id, those changed last at the end. */
  readonly #followed = new Map<string, FollowedMatch>();
  readonly #changed = new Set<string>();
  /** Who wrote the updates folded since the last `settle`, which come from one batch. */
  #producer: string | undefined;

  fold(update: Update, producer: string): void {
    this.#producer = producer;
    const { kind, id } = parseTopic(update.topic);
    if (kind !== 'match' || id === undefined) return;
    const before = this.#followed.get(id) ?? new FollowedMatch(id);
    const followed = update.reset ? before.startOver() : before;
    this.#followed.delete(id);
    this.#followed.set(id, followed);
    this.#changed.add(id);
    followed.fold(update, producer);
  }

  settle(streamTimeMs: number): readonly Update[] {
    const updates: Update[] = [];
    for (const [id, followed] of this.#followed) {
      const isOnThisStream = this.#producer === undefined || this.#producer === followed.producer;
      if (this.#changed.has(id)) followed.agree(streamTimeMs);
      if (isOnThisStream) followed.advance(streamTimeMs);
      const update = followed.tell(streamTimeMs);
      if (update !== undefined) updates.push(update);
      if (followed.isForgotten) this.#followed.delete(id);
    }
    this.#changed.clear();
    this.#producer = undefined;
    return updates;
  }

  state(): Json {
    const particular = [...this.#followed.values()].filter(({ isParticular }) => isParticular);
    const live = particular.filter(({ isLive }) => isLive);
    const others = particular.filter(({ isLive }) => !isLive).slice(-REMEMBERED);
    return [...live, ...others].map((followed) => followed.state());
  }

  restore({ documents, foldedSeq, state }: Restored): void {
    const known = new Map((state === undefined ? [] : stateSchema.parse(state)).map((match) => [match.id, match]));
    const ids = [...documents.keys()].map(parseTopic).filter(({ kind }) => kind === 'match' || kind === 'winprob');
    for (const id of new Set(ids.map((topic) => topic.id))) {
      if (id === undefined) continue;
      const own = documents.get(`winprob:${id}`);
      const match = documents.get(`match:${id}`);
      const recalled =
        known.get(id) ??
        (state === undefined ? recallMatch(id, match, own) : recallUnremarked(id, match, own, foldedSeq));
      this.#followed.set(id, FollowedMatch.restore(recalled, own));
    }
  }
}

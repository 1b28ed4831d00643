import type { Json } from '@bigboard/shared/json';
import type { Update } from '@bigboard/shared/update';
import type { Random } from './random.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

interface Habits {
  readonly topics: readonly string[];
  readonly resets: number;
  readonly deletes: number;
}

/** @param stamp of this batch, so that no two values are alike by chance */
export function randomUpdates(random: Random, habits: Habits, stamp: number): Update[] {
  return Array.from({ length: random.between(1, 3) }, (_, index): Update => {
    const mark = stamp * 10 + index;
    const isReset = random.chance(habits.resets);
    return {
      topic: random.pick(habits.topics),
      time: mark,
      ...(isReset && { reset: true as const }),
      ...(random.chance(isReset ? 0.5 : 0.7) && { fields: randomFields(random, habits, mark) }),
      ...(random.chance(isReset ? 0.5 : 0.6) && { log: randomEntries(random, mark) }),
    };
  });
}

function randomFields(random: Random, { deletes }: Habits, mark: number): Record<string, Json> {
  const names = NAMES.filter(() => random.chance(0.3));
  return Object.fromEntries(names.map((name) => [name, random.chance(deletes) ? null : mark]));
}

function randomEntries(random: Random, mark: number): Json[] {
  return Array.from({ length: random.pick([1, 1, 2, 4]) }, (_, index): Json => {
    const entry = mark + index / 10;
    const die = random.next();
    if (die < 0.2) return { corrects: random.between(1, 9) };
    return die < 0.3 ? { corrects: random.between(1, 9), v: entry } : entry;
  });
}

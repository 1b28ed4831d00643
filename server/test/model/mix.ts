import type { Random } from './random.ts';

const TOPICS = ['a:1', 'a:2', 'a:3', 'a:4', 'a:5'];

/** How much of what goes on in a run; each run has its own, since everything at once hides what only one thing shows. */
export interface Mix {
  readonly topics: readonly string[];
  readonly instances: number;
  readonly clients: number;
  /** Of a batch on its way to an instance. */
  readonly loss: number;
  readonly resets: number;
  readonly deletes: number;
  /** Frames and beats are lost on connections too, which a transport that keeps its word does not do. */
  readonly brokenTransport: boolean;
  readonly weights: Readonly<Record<Step, number>>;
}

export type Step =
  | 'publish'
  | 'deliverDown'
  | 'deliverUp'
  | 'beginFlush'
  | 'goOnFlushing'
  | 'beat'
  | 'passTime'
  | 'want'
  | 'unwant'
  | 'pace'
  | 'stall'
  | 'refuse'
  | 'drop'
  | 'move'
  | 'connect'
  | 'cutOff'
  | 'storeAway'
  | 'trim'
  | 'restart'
  | 'loseStore';

/** Usual weight of each step, and how often a run has it at all. */
const STEPS: Readonly<Record<Step, readonly [weight: number, probability: number]>> = {
  publish: [14, 1],
  deliverDown: [30, 1],
  deliverUp: [16, 1],
  beginFlush: [12, 1],
  goOnFlushing: [16, 1],
  beat: [5, 0.9],
  passTime: [12, 1],
  want: [5, 1],
  unwant: [2, 0.7],
  pace: [2, 0.5],
  stall: [3, 0.5],
  refuse: [1, 0.2],
  drop: [2, 0.7],
  move: [2, 0.5],
  connect: [6, 1],
  cutOff: [2, 0.4],
  storeAway: [1, 0.3],
  trim: [1, 0.4],
  restart: [0.5, 0.3],
  loseStore: [1, 0.4],
};

export function randomMix(random: Random): Mix {
  const weights = Object.entries(STEPS).map(([step, [weight, probability]]) => {
    return [step, random.chance(probability) ? weight * random.pick([0.5, 1, 2]) : 0] as const;
  });
  const mix: Mix = {
    topics: TOPICS.slice(0, random.between(1, TOPICS.length)),
    instances: random.between(1, 3),
    clients: random.between(1, 4),
    loss: random.pick([0, 0.05, 0.3]),
    resets: random.pick([0, 0.05, 0.2]),
    deletes: random.pick([0.1, 0.5]),
    brokenTransport: random.chance(0.15),
    weights: Object.fromEntries(weights) as Record<Step, number>,
  };
  const calm = { ...mix.weights, stall: 0, loseStore: 0, want: 3, unwant: 0, trim: 0 };
  const die = random.next();
  if (die < 0.2) {
    // Few readers going to and fro between instances that are far apart.
    const weights = { ...calm, cutOff: 5, move: 10, drop: 0 };
    return {
      ...mix,
      topics: TOPICS.slice(0, 2),
      instances: 2,
      clients: 2,
      loss: 0,
      resets: random.pick([0.1, 0.3]),
      deletes: 0.6,
      brokenTransport: random.chance(0.5),
      weights,
    };
  }
  if (die < 0.4) {
    // Many topics that come back one call at a time, and are interrupted at it.
    const weights = { ...calm, move: 8, deliverUp: 10, beginFlush: 20, goOnFlushing: 30 };
    return { ...mix, topics: TOPICS, instances: 1, clients: 2, loss: 0, resets: 0.2, weights };
  }
  return mix;
}

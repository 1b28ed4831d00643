import { expect, it } from 'vitest';
import { summariseChances } from './probability-summary.ts';
import type { Swing } from './swings.ts';

const NAMES = { home: 'Japan', away: 'Spain' };
const swing: Swing = {
  x: 51,
  side: 'home',
  player: 'Ao Tanaka',
  minute: 51,
  stoppage: undefined,
  type: 'goal',
  points: 29,
  height: 0.6,
};

it('names the chances and what moved them', () => {
  expect(summariseChances({ home: 0.66, draw: 0.24, away: 0.1 }, [swing], NAMES, false)).toBe(
    'Chances now: Japan 66%, draw 24%, Spain 10%. Largest swings in points: 51′ Ao Tanaka for Japan, +29.',
  );
});

it('knows no draw in a knock-out', () => {
  expect(summariseChances({ home: 0.88, draw: 0, away: 0.12 }, [], NAMES, true)).toBe(
    'Chances now: Japan 88%, Spain 12%.',
  );
});

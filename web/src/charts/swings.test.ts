import type { WinProbabilityEntry } from '@bigboard/shared/sport';
import { describe, expect, it } from 'vitest';
import { buildMatchAxis } from './match-axis.ts';
import { chancesAt, largestSwings, layOutChances, shortName } from './swings.ts';

const axis = buildMatchAxis({ reached: { '1H': 47 }, kicks: 2 });
const quiet = (minute: number, home: number, draw: number): WinProbabilityEntry => ({
  minute,
  period: '1H',
  home,
  draw,
  away: 1 - home - draw,
});
const goal = (minute: number, home: number, draw: number, side: 'home' | 'away'): WinProbabilityEntry => ({
  ...quiet(minute, home, draw),
  cause: { type: 'goal', side, player: 'Ángel Di María', minute },
});

describe('laying out chances', () => {
  it('holds the old chances up to a goal', () => {
    const { points } = layOutChances([quiet(0, 0.5, 0.3), goal(23, 0.7, 0.2, 'home')], axis, false);
    expect(points.map(({ x, home }) => [x, home])).toEqual([
      [0, 0.5],
      [23, 0.5],
      [23, 0.7],
    ]);
  });

  it('measures a goal by the side that scored, and in a knock-out by the home side', () => {
    const entries = [quiet(0, 0.5, 0), goal(36, 0.22, 0, 'away')];
    expect(layOutChances(entries, axis, false).swings[0]).toMatchObject({ points: 28, side: 'away', height: 0.22 });
    expect(layOutChances(entries, axis, true).swings[0]).toMatchObject({ points: -28 });
  });

  it('sets kicks side by side and does not mark them', () => {
    const kick = (home: number): WinProbabilityEntry => ({
      ...quiet(120, home, 0),
      period: 'PENS',
      cause: { type: 'kick', side: 'home', player: 'A', minute: 120 },
    });
    const { points, swings } = layOutChances([quiet(1, 0.5, 0), kick(0.6), kick(0.7)], axis, true);
    expect(points.at(-1)?.x).toBeGreaterThan(points.at(-3)?.x ?? 0);
    expect(swings).toEqual([]);
  });

  it('never runs backwards', () => {
    const { points } = layOutChances([quiet(30, 0.5, 0.3), quiet(28, 0.6, 0.3)], axis, false);
    expect(points.map(({ x }) => x)).toEqual([30, 30]);
  });
});

it('tells the chances at a place', () => {
  const { points } = layOutChances([quiet(10, 0.5, 0.3), goal(23, 0.7, 0.2, 'home')], axis, false);
  expect(chancesAt(points, 5)).toBeUndefined();
  expect(chancesAt(points, 22)?.home).toBe(0.5);
  expect(chancesAt(points, 23)?.home).toBe(0.7);
});

describe('which swings get a label', () => {
  it('are the largest, and none that is hardly seen', () => {
    const { swings } = layOutChances(
      [quiet(0, 0.4, 0.3), goal(10, 0.42, 0.3, 'home'), goal(20, 0.62, 0.2, 'home'), goal(30, 0.92, 0.05, 'home')],
      axis,
      false,
    );
    expect(largestSwings(swings, 5).map(({ points }) => points)).toEqual([30, 20]);
    expect(largestSwings(swings, 1)).toHaveLength(1);
  });
});

describe('short names', () => {
  it.each([
    ['Lionel Messi', 'Messi'],
    ['Ángel Di María', 'Di María'],
    ['Virgil van Dijk', 'van Dijk'],
    ['Neymar', 'Neymar'],
    ['Randal Kolo Muani', 'Muani'],
    ['Vinícius Júnior', 'Vinícius Júnior'],
  ])('%s: %s', (player, name) => {
    expect(shortName(player)).toBe(name);
  });
});

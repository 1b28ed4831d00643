import { describe, expect, it } from 'vitest';
import { buildMatchAxis, fitTicks, periodOfMinute } from './match-axis.ts';

describe('the axis of a match', () => {
  it('is ninety minutes before anything happened', () => {
    const axis = buildMatchAxis({ reached: {}, kicks: 0 });
    expect(axis.length).toBe(90);
    expect(axis.ticks.map(({ label }) => label)).toEqual(['0′', '15′', '30′', 'HT', '60′', '75′', '90′']);
  });

  it('grows with stoppage time, and 45+3 comes before 46', () => {
    const axis = buildMatchAxis({ reached: { '1H': 49, '2H': 97 }, kicks: 0 });
    expect(axis.length).toBe(49 + 52);
    expect(axis.xOf('1H', 48)).toBe(48);
    expect(axis.xOf('2H', 46)).toBe(50);
    expect(axis.xOf('HT', 45)).toBe(49);
    expect(axis.xOf('FT', 90)).toBe(101);
  });

  it('has extra time and kicks when they came', () => {
    const axis = buildMatchAxis({ reached: { '1H': 45, '2H': 90, ET1: 105, ET2: 120 }, kicks: 4 });
    expect(axis.xOf('ET2', 118)).toBe(118);
    expect(axis.xOf('break', 90)).toBe(90);
    expect(axis.xOfKick(0)).toBeGreaterThan(120);
    expect(axis.xOfKick(9)).toBeLessThan(axis.length);
    expect(axis.ticks.at(-1)?.label).toBe('Pens');
  });

  it('knows the period of a written minute', () => {
    expect([1, 45, 46, 90, 91, 105, 106, 120].map(periodOfMinute)).toEqual([
      '1H',
      '1H',
      '2H',
      '2H',
      'ET1',
      'ET1',
      'ET2',
      'ET2',
    ]);
  });

  it('drops the labels that do not fit, ends of periods last', () => {
    const { ticks } = buildMatchAxis({ reached: { ET1: 105, ET2: 120 }, kicks: 0 });
    expect(fitTicks(ticks, 20).map(({ label }) => label)).toEqual(['0′', 'HT', '90′', '120′']);
  });

  it('writes a place as a report would', () => {
    const axis = buildMatchAxis({ reached: { '1H': 48, '2H': 97.4 }, kicks: 2 });
    expect([0, 23.6, 45, 47.2, 50, 100].map((x) => axis.labelAt(x))).toEqual([
      '0′',
      '23′',
      '45′',
      '45+2′',
      '47′',
      '90+7′',
    ]);
    expect(axis.labelAt(axis.xOfKick(0))).toBe('Pens');
    expect(axis.ticks.find(({ label }) => label === '90+7′')?.isEnd).toBe(true);
  });
});

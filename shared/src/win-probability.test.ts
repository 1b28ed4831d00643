import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PERIODS } from './sport.ts';
import { chances, shootoutChance, type PlayState } from './win-probability.ts';

const LEVEL: PlayState = {
  period: '1H',
  minute: 0,
  score: { home: 0, away: 0 },
  sentOff: { home: 0, away: 0 },
  isKnockout: false,
  kicks: { home: { taken: 0, scored: 0 }, away: { taken: 0, scored: 0 } },
};

const kicks = (homeScored: number, homeTaken: number, awayScored: number, awayTaken: number): PlayState['kicks'] => ({
  home: { taken: homeTaken, scored: homeScored },
  away: { taken: awayTaken, scored: awayScored },
});

const EXTRA = ['break', 'ET1', 'ETHT', 'ET2', 'PENS'];
const pairArbitrary = (max: number) => fc.record({ home: fc.nat({ max }), away: fc.nat({ max }) });
const kicksArbitrary = fc
  .record({ rounds: fc.nat({ max: 7 }), hasHomeLed: fc.boolean(), home: fc.nat({ max: 7 }), away: fc.nat({ max: 7 }) })
  .map(({ rounds, hasHomeLed, home, away }) => {
    const homeTaken = rounds + Number(hasHomeLed);
    return kicks(Math.min(home, homeTaken), homeTaken, Math.min(away, rounds), rounds);
  });
const stateArbitrary: fc.Arbitrary<PlayState> = fc
  .record({
    period: fc.constantFrom(...PERIODS),
    minute: fc.double({ min: 0, max: 135, noNaN: true }),
    score: pairArbitrary(8),
    sentOff: pairArbitrary(3),
    isKnockout: fc.boolean(),
    kicks: kicksArbitrary,
  })
  .map((state) => ({ ...state, isKnockout: state.isKnockout || EXTRA.includes(state.period) }));

const swapPair = <Value>({ home, away }: { home: Value; away: Value }) => ({ home: away, away: home });

describe('laws of the chances', () => {
  test('together they are 1, and each is a chance', () => {
    fc.assert(
      fc.property(stateArbitrary, (state) => {
        const { home, draw, away } = chances(state);
        expect(home + draw + away).toBeCloseTo(1, 10);
        for (const chance of [home, draw, away]) {
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
        }
        if (state.isKnockout) expect(draw).toBe(0);
      }),
    );
  });

  test('sides change places, and so do their chances', () => {
    fc.assert(
      fc.property(stateArbitrary, (state) => {
        const { score, sentOff, kicks: taken } = state;
        const swapped = chances({
          ...state,
          score: swapPair(score),
          sentOff: swapPair(sentOff),
          kicks: swapPair(taken),
        });
        const straight = chances(state);
        expect(swapped.home).toBeCloseTo(straight.away, 10);
        expect(swapped.draw).toBeCloseTo(straight.draw, 10);
      }),
    );
  });

  test('a goal never lowers the chance of the side that scored it', () => {
    fc.assert(
      fc.property(stateArbitrary, (state) => {
        const { home, away } = state.score;
        const after = chances({ ...state, score: { home: home + 1, away } });
        expect(after.home).toBeGreaterThanOrEqual(chances(state).home - 1e-12);
        expect(after.away).toBeLessThanOrEqual(chances(state).away + 1e-12);
      }),
    );
  });
});

describe('known places', () => {
  test('before kick-off nobody is the favourite, and a group match may be drawn', () => {
    const { home, draw, away } = chances({ ...LEVEL, period: 'pre' });
    expect(home).toBeCloseTo(away, 12);
    expect(draw).toBeGreaterThan(0.25);
    expect(draw).toBeLessThan(0.29);
    expect(chances({ ...LEVEL, period: 'pre', isKnockout: true }).home).toBeCloseTo(0.5, 12);
  });

  test('a goal is worth more the later it falls', () => {
    const lead = { ...LEVEL, score: { home: 1, away: 0 } };
    const early = chances({ ...lead, minute: 10 }).home;
    const late = chances({ ...lead, period: '2H', minute: 80 }).home;
    expect(early).toBeGreaterThan(0.6);
    expect(late).toBeGreaterThan(0.8);
    expect(late).toBeGreaterThan(early);
  });

  test('a sending-off helps the other side, and the more the longer it lasts', () => {
    const sentOff = { home: 1, away: 0 };
    const early = chances({ ...LEVEL, minute: 10, sentOff });
    const late = chances({ ...LEVEL, period: '2H', minute: 85, sentOff });
    expect(early.away).toBeGreaterThan(early.home + 0.2);
    expect(late.away).toBeGreaterThan(late.home);
    expect(late.away - late.home).toBeLessThan(early.away - early.home);
  });

  test('nothing is certain before the whistle, however long the stoppage', () => {
    const { home, draw } = chances({ ...LEVEL, period: '2H', minute: 108, score: { home: 1, away: 0 } });
    expect(home).toBeLessThan(1);
    expect(draw).toBeGreaterThan(0);
  });

  test('at full time it is certain', () => {
    const end = { ...LEVEL, period: 'FT' as const };
    expect(chances({ ...end, score: { home: 2, away: 1 } })).toEqual({ home: 1, draw: 0, away: 0 });
    expect(chances({ ...end, score: { home: 1, away: 1 } })).toEqual({ home: 0, draw: 1, away: 0 });
    expect(chances({ ...end, score: { home: 0, away: 1 }, isKnockout: true })).toEqual({ home: 0, draw: 0, away: 1 });
    const afterKicks = { ...end, isKnockout: true, score: { home: 3, away: 3 }, kicks: kicks(4, 4, 2, 4) };
    expect(chances(afterKicks)).toEqual({ home: 1, draw: 0, away: 0 });
  });

  test('the break after extra time leaves the shoot-out only, the one before it all of extra time', () => {
    const tenAgainstEleven = { ...LEVEL, isKnockout: true, period: 'break' as const, sentOff: { home: 1, away: 0 } };
    expect(chances({ ...tenAgainstEleven, minute: 121 }).home).toBeCloseTo(0.5, 12);
    expect(chances({ ...tenAgainstEleven, minute: 96 }).home).toBeLessThan(0.45);
  });

  test('a lead in extra time counts as one', () => {
    const lead = { ...LEVEL, isKnockout: true, period: 'ET2' as const, score: { home: 3, away: 2 } };
    expect(chances({ ...lead, minute: 118 }).home).toBeGreaterThan(0.9);
    expect(chances({ ...lead, minute: 118, score: { home: 2, away: 2 } }).home).toBeCloseTo(0.5, 12);
  });
});

describe('a shoot-out', () => {
  test('is even before the first kick and after equal ones', () => {
    expect(shootoutChance(kicks(0, 0, 0, 0))).toBeCloseTo(0.5, 12);
    expect(shootoutChance(kicks(3, 4, 3, 4))).toBeCloseTo(0.5, 12);
    expect(shootoutChance(kicks(6, 7, 6, 7))).toBe(0.5);
  });

  test('is decided when the other side cannot come back any more', () => {
    expect(shootoutChance(kicks(3, 3, 0, 3))).toBe(1);
    expect(shootoutChance(kicks(0, 3, 3, 3))).toBe(0);
    expect(shootoutChance(kicks(4, 4, 2, 4))).toBe(1);
    expect(shootoutChance(kicks(5, 5, 4, 5))).toBe(1);
    expect(shootoutChance(kicks(5, 6, 6, 6))).toBe(0);
  });

  test('goes on while the other side can', () => {
    expect(shootoutChance(kicks(3, 3, 1, 3))).toBeLessThan(1);
    // One ahead, the other side's last kick to come: it goes in and sudden death is even, or it does not.
    expect(shootoutChance(kicks(4, 5, 3, 4))).toBeCloseTo(0.25 + 0.75 * 0.5, 12);
    // Level, the other side's kick of the pair to come: it goes in and that is all, or the next pair begins even.
    expect(shootoutChance(kicks(5, 6, 5, 5))).toBeCloseTo(0.25 * 0.5, 12);
  });
});

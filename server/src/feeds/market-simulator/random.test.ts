import { describe, expect, test } from 'vitest';
import { Random } from './random.ts';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('Random', () => {
  test('the same seed gives the same numbers, another one others', () => {
    const numbersOf = (seed: number) => {
      const random = Random.fromSeed(seed);
      return draw(20, () => random.integer32());
    };
    expect(numbersOf(7)).toEqual(numbersOf(7));
    expect(numbersOf(7)).not.toEqual(numbersOf(8));
    // Seeds that differ only above 32 bits.
    expect(numbersOf(7)).not.toEqual(numbersOf(7 + 4_294_967_296));
    expect(numbersOf(-7)).not.toEqual(numbersOf(7));
  });

  test('goes on from its saved state', () => {
    const random = Random.fromSeed(3);
    draw(100, () => random.normal());
    const restored = new Random(JSON.parse(JSON.stringify(random.state())));
    expect(draw(100, () => restored.normal())).toEqual(draw(100, () => random.normal()));
  });

  test('draws have the means and spreads they should have', () => {
    const random = Random.fromSeed(5);
    const count = 100_000;
    const uniforms = draw(count, () => random.uniform());
    expect(meanOf(uniforms)).toBeCloseTo(0.5, 2);
    expect(Math.min(...uniforms.slice(0, 1_000))).toBeGreaterThan(0);
    const normals = draw(count, () => random.normal());
    expect(meanOf(normals)).toBeCloseTo(0, 1);
    expect(meanOf(normals.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(meanOf(draw(count, () => random.exponential(3)))).toBeCloseTo(3, 1);
    expect(meanOf(draw(count, () => random.below(5)))).toBeCloseTo(2, 1);
    expect(meanOf(draw(count, () => Number(random.chance(0.3))))).toBeCloseTo(0.3, 2);
  });
});

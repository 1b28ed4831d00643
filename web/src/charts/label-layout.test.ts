import { describe, expect, it } from 'vitest';
import { placeLabels, type LabelRequest, type PlacedLabel } from './label-layout.ts';

const BOUNDS = { width: 600, height: 200 };
const label = (x: number, y: number, weight = 1): LabelRequest => ({ x, y, width: 100, height: 16, weight });

function boxesOverlap(a: PlacedLabel, b: PlacedLabel): boolean {
  return a.left < b.left + 100 && b.left < a.left + 100 && a.top < b.top + 16 && b.top < a.top + 16;
}

describe('placing labels', () => {
  it('puts one beside its anchor', () => {
    const [placed] = placeLabels([label(300, 100)], BOUNDS, []);
    expect(placed).toEqual({ index: 0, left: 192, top: 92 });
  });

  it('stays inside', () => {
    for (const [x, y] of [
      [5, 5],
      [595, 195],
      [5, 195],
      [595, 5],
    ] as const) {
      const [placed] = placeLabels([label(x, y)], BOUNDS, []);
      expect(placed?.left).toBeGreaterThanOrEqual(0);
      expect(placed?.left).toBeLessThanOrEqual(500);
      expect(placed?.top).toBeGreaterThanOrEqual(0);
      expect(placed?.top).toBeLessThanOrEqual(184);
    }
  });

  it('nudges neighbours apart', () => {
    const placed = placeLabels([label(300, 100, 3), label(304, 104, 2), label(298, 96, 1)], BOUNDS, []);
    expect(placed).toHaveLength(3);
    for (const a of placed) for (const b of placed) if (a !== b) expect(boxesOverlap(a, b)).toBe(false);
  });

  it('keeps off the line', () => {
    const line = [
      { x: 0, y: 100 },
      { x: 300, y: 100 },
      { x: 300, y: 40 },
      { x: 600, y: 40 },
    ];
    const [placed] = placeLabels([label(300, 100)], BOUNDS, line);
    expect(placed?.left).toBeGreaterThanOrEqual(300);
  });

  it('leaves the lighter one out when there is no room', () => {
    const placed = placeLabels([label(50, 10, 1), label(50, 10, 2)], { width: 101, height: 20 }, []);
    expect(placed.map(({ index }) => index)).toEqual([]);
    const wide = placeLabels([label(5, 10, 1), label(5, 10, 2)], { width: 120, height: 20 }, []);
    expect(wide.map(({ index }) => index)).toEqual([1]);
  });
});

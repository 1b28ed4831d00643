import { describe, expect, it } from 'vitest';
import { WaitGraph } from './wait-graph.ts';

/** 0 before 1 before 3, with 2 free; 0 is played again a loop of 100 after 3 at the earliest. */
const WAITS = [
  { before: 0, after: 1, seconds: 20 },
  { before: 1, after: 3, seconds: 30 },
  { before: 3, after: 0, seconds: 10 - 100 },
];

describe('matches that wait for each other', () => {
  it('have the windows that the last one leaves them', () => {
    const graph = new WaitGraph(4, WAITS);
    expect(graph.findWindows([-200, -200, -200, 80], [90, 90, 90, 80])).toEqual([
      { from: -10, to: 30 },
      { from: 10, to: 50 },
      { from: -200, to: 90 },
      { from: 80, to: 80 },
    ]);
  });

  it('take along those after when moved later, those before when moved earlier', () => {
    const graph = new WaitGraph(4, WAITS);
    const kickOffs = [0, 30, 5, 80];
    graph.move(kickOffs, 0, 25);
    expect(kickOffs).toEqual([25, 45, 5, 80]);
    graph.move(kickOffs, 1, 30);
    expect(kickOffs).toEqual([10, 30, 5, 80]);
  });

  it('are refused when the loop is too short for them', () => {
    const graph = new WaitGraph(4, [...WAITS, { before: 0, after: 3, seconds: 95 }]);
    expect(() => graph.findWindows([-200, -200, -200, 80], [90, 90, 90, 80])).toThrow('no room');
  });
});

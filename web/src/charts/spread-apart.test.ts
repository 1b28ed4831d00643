import { expect, it } from 'vitest';
import { spreadApart } from './spread-apart.ts';

it('leaves alone what is far enough apart', () => {
  expect(spreadApart([10, 50, 90], 20, 0, 100)).toEqual([10, 50, 90]);
});

it('nudges neighbours apart', () => {
  expect(spreadApart([10, 12, 14], 20, 0, 100)).toEqual([10, 30, 50]);
});

it('keeps the last one inside and pushes the others back', () => {
  expect(spreadApart([80, 95, 99], 10, 0, 100)).toEqual([80, 90, 100]);
});

it('keeps the first one inside', () => {
  expect(spreadApart([-5, 0], 10, 4, 100)).toEqual([4, 14]);
});

import type { Json } from '@bigboard/shared/json';
import { expect, test } from 'vitest';
import { MOST_POINTS, MOST_SERIES, numericNames, ValueHistory } from './value-history.ts';

type Fields = Readonly<Record<string, Json>>;
const state = (time: number, fields: Fields, full = false) => ({ time, fields, full, removed: false });
const entry = (time: number, content: Json) => ({ n: time, time, entry: content });
const draw = (history: ValueHistory, name: string, entries: Parameters<ValueHistory['seriesOf']>[1] = []) =>
  history.seriesOf(name, entries).map(({ timeMs, value }) => [timeMs, value]);

test('the values of a field are kept as they are seen, in the order of their times', () => {
  const history = new ValueHistory();
  history.note(state(10, { temperature: 70, state: 'on' }, true));
  history.note(state(30, { temperature: 72 }));
  history.note(state(20, { temperature: 71 }));
  expect(draw(history, 'temperature')).toEqual([
    [10, 70],
    [20, 71],
    [30, 72],
  ]);
  expect(draw(history, 'state')).toEqual([]);
});

test('a value that stays is a line between two points', () => {
  const history = new ValueHistory();
  for (let time = 1; time <= 100; time++) history.note(state(time, { queue: time < 99 ? 5 : 6 }));
  expect(draw(history, 'queue')).toEqual([
    [1, 5],
    [98, 5],
    [99, 6],
    [100, 6],
  ]);
});

test('entries tell what was before, and of a moment both know the field is believed', () => {
  const history = new ValueHistory();
  history.note(state(30, { temperature: 72 }));
  const entries = [
    entry(10, { temperature: 69 }),
    entry(20, { temperature: 'broken' }),
    entry(25, 70),
    entry(26, [70]),
    entry(30, { temperature: 71 }),
  ];
  expect(draw(history, 'temperature', entries)).toEqual([
    [10, 69],
    [30, 72],
  ]);
  expect(draw(history, 'toString', [entry(1, {})])).toEqual([]);
});

test('a topic that is removed, or replaced by something earlier, begins a new line', () => {
  const history = new ValueHistory();
  history.note(state(10, { x: 1 }));
  history.note(state(20, { x: 2 }, true));
  expect(draw(history, 'x')).toHaveLength(2);
  history.note(state(5, { x: 3 }, true));
  expect(draw(history, 'x')).toEqual([[5, 3]]);
  history.note({ ...state(6, {}), removed: true });
  expect(draw(history, 'x')).toEqual([]);
});

test('a page that stays open for days keeps the newest points only', () => {
  const history = new ValueHistory();
  for (let time = 1; time <= MOST_POINTS + 10; time++) history.note(state(time, { x: time % 7 }));
  const points = draw(history, 'x', [entry(1, { x: 1 })]);
  expect(points).toHaveLength(MOST_POINTS);
  expect(points.at(-1)?.[0]).toBe(MOST_POINTS + 10);
});

test('what can be drawn are numbers, of the fields first', () => {
  const entries = [entry(1, { price: 1, side: 'buy', last: 2 }), entry(2, [3])];
  expect(numericNames({ last: 1, name: 'Acme', levels: [1] }, entries)).toEqual(['last', 'price']);
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`f${index}`, index]));
  expect(numericNames(many, [])).toHaveLength(MOST_SERIES);
});

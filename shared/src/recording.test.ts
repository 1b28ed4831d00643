import { expect, test } from 'vitest';
import {
  formatHeader,
  formatUpdate,
  parseHeader,
  parseUpdateLine,
  RecordingError,
  type NamespacedUpdate,
  type RecordingHeader,
} from './recording.ts';

const HEADER: RecordingHeader = { bigboard: 1, title: 'A day', source: 'us', licence: 'CC0', origin: 'simulated' };
const UPDATE: NamespacedUpdate = {
  namespace: 'sports',
  update: { topic: 'game:1', time: 5, fields: { clock: 1 }, log: [{ kind: 'goal' }] },
};

test('what is written is read back', () => {
  expect(parseHeader(formatHeader(HEADER))).toEqual(HEADER);
  expect(formatUpdate(UPDATE)).toContain('"topic":"sports/game:1"');
  expect(parseUpdateLine(formatUpdate(UPDATE), 2)).toEqual(UPDATE);
});

test('a line may say when it is played', () => {
  const timed = { ...UPDATE, dueMs: 1_700_000_000_000 };
  expect(parseUpdateLine(formatUpdate(timed), 2)).toEqual(timed);
  expect(() => parseUpdateLine('{"topic":"sports/game:1","time":1,"due":"noon"}', 2)).toThrow('line 2: due: ');
});

test('each line is one line', () => {
  const text = formatUpdate({ ...UPDATE, update: { ...UPDATE.update, fields: { note: 'a\nb' } } });
  expect(text.indexOf('\n')).toBe(text.length - 1);
});

test.each(['', '{', '[]', '{"bigboard":2}', '{"bigboard":1,"title":"x"}'])('%j is no header', (text) => {
  expect(() => parseHeader(text)).toThrow(RecordingError);
});

test('a bad line is named by its number and its fault', () => {
  expect(() => parseUpdateLine('{', 7)).toThrow(/^line 7: not JSON/);
  expect(() => parseUpdateLine('{"topic":"match:1","time":1}', 8)).toThrow('line 8: no topic like markets/quote:ACME');
  expect(() => parseUpdateLine('{"topic":"sports/game:1"}', 9)).toThrow(/^line 9: time: /);
});

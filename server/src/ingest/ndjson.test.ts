import { expect, test } from 'vitest';
import { readRows } from './ndjson.ts';

const read = (...pieces: readonly (string | Buffer)[]) =>
  readRows(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));

test('reads a value a line, whichever way lines end', () => {
  expect(read('{"a":1}\n[2]\r\n3')).toEqual([{ value: { a: 1 } }, { value: [2] }, { value: 3 }]);
  expect(read('\ufeff{"a":1}\n\n  \n2\n')).toEqual([{ value: { a: 1 } }, { value: 2 }]);
  expect(read('')).toEqual([]);
});

test('says of a line that it cannot be read, and reads on', () => {
  const broken = Buffer.from([0x22, 0xc3, 0x22, 0x0a]);
  expect(read('{"a":\n', broken, '1\n')).toEqual([
    { unreadable: 'not JSON: one update a line' },
    { unreadable: 'not UTF-8' },
    { value: 1 },
  ]);
});

test('keeps names that objects treat specially, for the judge to see', () => {
  const [row] = read('{"__proto__":{"a":1}}');
  expect(Object.keys((row as { value: object }).value)).toEqual(['__proto__']);
});

test('reads one row more than a batch may have, and no further', () => {
  expect(read('1\n'.repeat(5_000))).toHaveLength(1_001);
});

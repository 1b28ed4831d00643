import type { Random } from '../model/random.ts';

/** A row to be pushed. What is good is told by whoever made it, not found by reading it as the server does. */
export interface MadeRow {
  /** As JSON, without the braces and without an id. */
  readonly inner: string;
  /** How it is bad; undefined when it is good. */
  readonly way?: string;
  /** The code it is to be rejected with. */
  readonly code?: string;
  /** Stands where its id should: `undefined` leaves it out. Absent: it has the id that is its turn. */
  readonly badId?: { readonly text: string | undefined };
  /** The line as it is, instead of an object. */
  readonly raw?: string | Buffer;
  /** Cannot be said by a client that makes its own JSON. */
  readonly onlyHttp?: boolean;
}

const TEXTS = ['', 'plain', 'é “quoted” \\ \n', '\ud83d\ude00', 'NaN', '__proto__', '\u2028'];
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** @param own a name of the pusher's own, in its topics */
export function goodRow(random: Random, own: string, n: number): MadeRow {
  const time = `"time":${1_700_000_000_000 + n}`;
  const sensor = `"topic":"sensor:${own}.${random.below(3)}",${time}`;
  const value = () =>
    JSON.stringify(random.pick([n, -0.5, 1e21, 5e-324, true, random.pick(TEXTS), [n, [n]], { a: { b: n } }]));
  const makers = [
    () => `"topic":"quote:${own}",${time},"fields":{"last":${n / 100},"volume":${n}}`,
    () => `"topic":"trades:${own}",${time},"log":[{"price":1.5,"size":${n},"side":"buy"},{"corrects":1,"size":2}]`,
    () => `${sensor},"fields":{"a":${value()},"b":${value()}}`,
    () => `${sensor},"fields":{"a":null,"c":-0}`,
    () => `${sensor},"log":[${value()},${value()},${deep(8)}]`,
    () => `${sensor},"reset":true,"fields":{"a":${n}}`,
    () => `${sensor},"reset":true`,
    () => sensor,
    () => `${sensor},"fields":{"twice":1,"twice":${n}}`,
    () => `${sensor},"fields":{"f${random.below(40)}":"${'y'.repeat(random.below(300))}"}`,
  ];
  return { inner: random.pick(makers)() };
}

/** Each way a row can be bad by itself. */
const BAD: readonly ((own: string, time: string) => MadeRow)[] = [
  (own, time) => ({
    ...bad('a value 5,000 levels deep', `"topic":"sensor:${own}.0",${time},"fields":{"a":${deep(5_000)}}`),
    onlyHttp: true,
  }),
  (own, time) => bad('an entry 9 levels deep', `"topic":"sensor:${own}.0",${time},"log":[${deep(9)}]`),
  (own, time) => bad('a wrong type for the kind', `"topic":"quote:${own}",${time},"fields":{"last":"dear"}`),
  (own, time) =>
    bad('an entry that is no trade', `"topic":"trades:${own}",${time},"log":[{"price":1,"size":0,"side":"buy"}]`),
  (own, time) => bad('a field __proto__', `"topic":"sensor:${own}.0",${time},"fields":{"__proto__":{"a":1},"b":1}`),
  (own, time) => bad('a field constructor', `"topic":"sensor:${own}.0",${time},"fields":{"constructor":1}`),
  (own, time) => bad('__proto__ in a value', `"topic":"sensor:${own}.0",${time},"log":[{"__proto__":1}]`),
  (own, time) => ({ ...bad('1e400', `"topic":"sensor:${own}.0",${time},"fields":{"a":1e400}`), onlyHttp: true }),
  (own, time) => bad('an unknown kind', `"topic":"planet:${own}",${time},"fields":{"a":1}`, 'unknown_kind'),
  (own, time) => bad('a kind of the other namespace', `"topic":"match:${own}",${time},"fields":{}`, 'unknown_kind'),
  (_own, time) => bad('no topic name', `"topic":"a b",${time},"fields":{"a":1}`, 'bad_topic'),
  (_own, time) => bad('a topic that is a number', `"topic":5,${time},"fields":{"a":1}`, 'bad_topic'),
  (own, time) => bad('a topic out of scope', `"topic":"depth:${own}",${time},"fields":{}`, 'forbidden'),
  (_own, time) => bad('a topic of the board itself', `"topic":"watch",${time},"fields":{}`, 'forbidden'),
  (_own, time) => bad('the state of a feed', `"topic":"feed:token-0",${time},"fields":{}`, 'forbidden'),
  (own) => bad('a time out of range', `"topic":"sensor:${own}.0","time":8640000000000001`),
  (own) => bad('half a millisecond', `"topic":"sensor:${own}.0","time":1.5`),
  (own) => bad('a time that is a text', `"topic":"sensor:${own}.0","time":"now"`),
  (own, time) =>
    bad('an entry over 4 KiB', `"topic":"sensor:${own}.0",${time},"log":["${'é'.repeat(2_048)}"]`, 'too_large'),
  (own, time) => bad('half of a surrogate pair', `"topic":"sensor:${own}.0",${time},"fields":{"a":"\\ud83d"}`),
  (own, time) => bad('a further key', `"topic":"sensor:${own}.0",${time},"more":1`),
  (own, time) => bad('reset false', `"topic":"sensor:${own}.0",${time},"reset":false`),
  (own, time) => bad('fields null', `"topic":"sensor:${own}.0",${time},"fields":null`),
  (own, time) => bad('a log that is no list', `"topic":"sensor:${own}.0",${time},"log":{}`),
  (own, time) => bad('a field without a name', `"topic":"sensor:${own}.0",${time},"fields":{"":1}`),
  (own, time) => bad('a long name', `"topic":"sensor:${own}.0",${time},"fields":{"${'n'.repeat(129)}":1}`),
  (own, time) => ({ ...bad('no id', `"topic":"sensor:${own}.0",${time}`), badId: { text: undefined } }),
  (own, time) => ({ ...bad('an id that is a text', `"topic":"sensor:${own}.0",${time}`), badId: { text: '"7"' } }),
  (own, time) => ({ ...bad('an id of 0', `"topic":"sensor:${own}.0",${time}`), badId: { text: '0' } }),
  (own, time) => ({ ...bad('half an id', `"topic":"sensor:${own}.0",${time}`), badId: { text: '1.5' } }),
  () => ({ ...bad('no object', ''), raw: '"text"' }),
  () => ({ ...bad('null', ''), raw: 'null' }),
  () => ({ ...bad('a list', ''), raw: '[1]' }),
  () => ({ ...bad('not JSON', ''), raw: '{"topic":"sensor:x",', onlyHttp: true }),
  () => ({ ...bad('not UTF-8', ''), raw: Buffer.from([0x22, 0xff, 0x22]), onlyHttp: true }),
];

export const BAD_WAYS = BAD.length;

export function badRow(random: Random, own: string, isHttp: boolean, isCounted: boolean): MadeRow {
  for (;;) {
    const row = random.pick(BAD)(own, '"time":1700000000000');
    if (row.onlyHttp && !isHttp) continue;
    // Without a producer there are no ids to be bad; the bad row is then one that has any.
    if (row.badId === undefined || isCounted) return row;
    return { ...row, way: 'an id without a producer', badId: { text: '1' } };
  }
}

function bad(way: string, inner: string, code = 'bad_request'): MadeRow {
  return { inner, way, code };
}

/** The line for a row whose turn it is to have `id`; undefined: nobody counts. */
export function lineOf(row: MadeRow, id: number | undefined): string | Buffer {
  if (row.raw !== undefined) return row.raw;
  const text = row.badId === undefined ? id?.toString() : row.badId.text;
  return text === undefined ? `{${row.inner}}` : `{"id":${text},${row.inner}}`;
}

import { LIMITS } from '@bigboard/shared/limits';
import { foldUpdates } from '@bigboard/shared/fold';
import type { Json } from '@bigboard/shared/json';
import { type TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { beforeEach, describe, expect, test } from 'vitest';
import { DocumentLimits } from './document-limits.ts';

let documents: Map<string, TopicDocument>;
let limits: DocumentLimits;
let seq: number;
beforeEach(() => {
  documents = new Map();
  limits = new DocumentLimits(documents);
  seq = 0;
});

const update = (fields: Readonly<Record<string, Json>>, parts: Partial<Update> = {}): Update => ({
  topic: 'thing:a',
  time: 1,
  fields,
  ...parts,
});
const names = (from: number, to: number, value: Json = 1) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, n) => [`f${from + n}`, value]));

/** As the store does with rows that were let in, or with somebody else's. */
function store(...updates: readonly Update[]): void {
  foldUpdates(documents, seq, updates);
  seq += updates.length;
  limits.heard(updates);
  limits.stored(updates);
}

describe('fields', () => {
  test('may be as many as the limit, and not one more', () => {
    const full = update(names(0, LIMITS.fieldsPerDocument));
    expect(limits.admit(full)).toBeUndefined();
    expect(limits.admit(update({ more: 1 }))).toMatchObject({ code: 'too_large' });
    store(full);
    expect(limits.admit(update({ more: 1 }))).toMatchObject({ code: 'too_large' });
    expect(limits.admit(update(names(0, 1_000, 2)))).toBeUndefined();
    expect(limits.admit(update({ f0: null, more: 1 }))).toBeUndefined();
    expect(limits.admit(update({ f0: 1 }))).toMatchObject({ code: 'too_large' });
  });

  test('may have together as many bytes as the limit, and not one more', () => {
    const size = (fields: object) => Buffer.byteLength(JSON.stringify(fields));
    const fields = { é: 'x', b: [1, { c: 'é' }] };
    const room = LIMITS.documentBytes - size({ ...fields, fill: '' });
    expect(limits.admit(update({ ...fields, fill: 'y'.repeat(room + 1) }))).toMatchObject({ code: 'too_large' });
    const exact = update({ ...fields, fill: 'y'.repeat(room) });
    expect(limits.admit(exact)).toBeUndefined();
    store(exact);
    expect(limits.admit(update({ é: 'xx' }))).toMatchObject({ code: 'too_large' });
    expect(limits.admit(update({ é: 'y' }))).toBeUndefined();
  });

  test('make room by a reset, once it is sure to be stored', () => {
    const full = update(names(0, LIMITS.fieldsPerDocument));
    store(full);
    const reset = update({ more: 1 }, { reset: true });
    expect(limits.admit(reset)).toBeUndefined();
    const next = update(names(0, 500));
    expect(limits.admit(next)).toBeUndefined();
    limits.dropped([reset, next]);
    expect(limits.admit(update({ more: 1 }))).toMatchObject({ code: 'too_large' });
  });

  test('that somebody else writes count too', () => {
    const mine = update({ mine: 1 });
    limits.admit(mine);
    store(mine);
    store(update(names(0, LIMITS.fieldsPerDocument - 1)));
    expect(limits.admit(update({ more: 1 }))).toMatchObject({ code: 'too_large' });
  });
});

test('there may be as many topics as the limit, those on their way included', () => {
  const topics = Array.from({ length: LIMITS.topicsPerNamespace - 1 }, (_, n) => update({}, { topic: `thing:${n}` }));
  store(...topics);
  const last = update({}, { topic: 'thing:last' });
  expect(limits.admit(last)).toBeUndefined();
  expect(limits.admit(update({}, { topic: 'thing:more' }))).toMatchObject({ code: 'too_many_topics' });
  expect(limits.admit(update({}, { topic: 'thing:last' }))).toBeUndefined();
  expect(limits.admit(update({}, { topic: 'thing:0' }))).toBeUndefined();
  limits.dropped([last]);
});

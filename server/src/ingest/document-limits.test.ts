import { LIMITS } from '@bigboard/shared/limits';
import { foldUpdates } from '@bigboard/shared/fold';
import type { Json } from '@bigboard/shared/json';
import { type TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Random } from '../../test/model/random.ts';
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

test('however many rows a batch has, a topic is measured once', () => {
  const full = update({ ...names(0, LIMITS.fieldsPerDocument - 1), large: 'x'.repeat(200_000) });
  store(full);
  const document = documents.get('thing:a') as TopicDocument;
  const measured = vi.spyOn(document, 'changesSince');
  const batch = Array.from({ length: 100 }, (_, n) => [
    update({ f0: n, large: 'y'.repeat(n) }),
    update({ [`more${n}`]: 1 }),
    update({ [`more${n}`]: 1, large: 'x'.repeat(300_000) }),
    update({ f1: null, f2: n }),
    update({ f1: 1 }),
  ]).flat();
  const verdicts = batch.map((each) => limits.admit(each)?.code);
  expect(verdicts).toEqual(
    Array.from({ length: 100 }, () => [undefined, 'too_large', 'too_large', undefined, undefined]).flat(),
  );
  expect(measured).toHaveBeenCalledTimes(1);
  const taken = batch.filter((_, index) => verdicts[index] === undefined);
  store(...taken.slice(0, 150));
  store(...taken.slice(150));
  expect(limits.admit(update({ more: 1 }))).toMatchObject({ code: 'too_large' });
  expect(measured).toHaveBeenCalledTimes(1);
});

test('a topic is reckoned as it will be, in whatever order its rows are let in, stored and dropped', () => {
  const random = new Random(7);
  let waiting: Update[] = [];
  let verdicts = 0;
  for (let step = 0; step < 800; step++) {
    const value = random.below(5) === 0 ? null : 'y'.repeat(random.below(60_000));
    const name = `f${random.below(12)}`;
    const row = update({ [name]: value }, random.below(20) === 0 ? { reset: true } : {});
    const expected = new Map<string, TopicDocument>();
    const stored = documents.get('thing:a');
    if (stored !== undefined) foldUpdates(expected, 0, [update(stored.values())]);
    foldUpdates(expected, 1, [...waiting, row]);
    const bytes = Buffer.byteLength(JSON.stringify(expected.get('thing:a')?.values()));
    const isRefused = limits.admit(row) !== undefined;
    expect([step, isRefused]).toEqual([step, bytes > LIMITS.documentBytes]);
    if (isRefused) verdicts++;
    else waiting.push(row);
    const next = random.below(10);
    if (next === 0) {
      // A batch of them, the oldest ones.
      const count = random.below(waiting.length + 1);
      store(...waiting.splice(0, count));
    } else if (next === 1) {
      limits.dropped(waiting);
      waiting = [];
    } else if (next === 2 && waiting.length === 0) store(update({ [name]: 'somebody else' }));
  }
  expect(verdicts).toBeGreaterThan(50);
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

test('documents that were replaced at once are measured anew', () => {
  const full = update(names(0, LIMITS.fieldsPerDocument));
  limits.admit(full);
  store(full);
  foldUpdates(documents, ++seq, [update({ other: 1 }, { reset: true })]);
  limits.startOver();
  expect(limits.admit(update(names(0, LIMITS.fieldsPerDocument - 1)))).toBeUndefined();
});

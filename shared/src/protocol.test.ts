import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CLOSE_CODES } from './close-codes.ts';
import { directoryEntrySchema, feedStatusSchema } from './directory.ts';
import { ERROR_CODES } from './errors.ts';
import { logLimitOf } from './kinds.ts';
import { LIMITS } from './limits.ts';
import {
  closedCandleSchema,
  depthSchema,
  formingCandleSchema,
  moversSchema,
  quoteSchema,
  sessionSchema,
  sparkSchema,
  tradeSchema,
  watchRowSchema,
} from './market.ts';
import { paceSchema, seenSchema, subscribeSchema, unsubscribeSchema } from './messages.ts';
import { controlSchema, feedStandingSchema, listFeedsSchema, statusSchema } from './operations.ts';
import { publishSchema } from './publish.ts';
import {
  matchEventSchema,
  matchSchema,
  scoreCardSchema,
  tableSchema,
  winProbabilityEntrySchema,
  winProbabilitySchema,
} from './sport.ts';

const protocol = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

/** What the example under each heading of this form has to satisfy. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'message=subscribe': subscribeSchema,
  'message=unsubscribe': unsubscribeSchema,
  'message=pace': paceSchema,
  'message=seen': seenSchema,
  'message=publish': publishSchema,
  'message=feeds': listFeedsSchema,
  'message=feeds-ack feed': feedStandingSchema,
  'message=control': controlSchema,
  'message=status': statusSchema,
  'kind=topics field': directoryEntrySchema,
  'kind=feed': feedStatusSchema,
  'kind=quote': quoteSchema,
  'kind=trades entry': tradeSchema,
  'kind=candles': formingCandleSchema,
  'kind=candles entry': closedCandleSchema,
  'kind=depth': depthSchema,
  'kind=watch field': watchRowSchema,
  'kind=sparks field': sparkSchema,
  'kind=movers': moversSchema,
  'kind=session': sessionSchema,
  'kind=match': matchSchema,
  'kind=match entry': matchEventSchema,
  'kind=winprob': winProbabilitySchema,
  'kind=winprob entry': winProbabilityEntrySchema,
  'kind=scores field': scoreCardSchema,
  'kind=table': tableSchema,
};

/** Examples whose types no schema checks at run time: the server makes them. */
const UNCHECKED = [
  'message=subscribe-ack',
  'message=frame',
  'message=beat',
  'message=notice',
  'message=presence',
  'message=publish-ack',
];

const examples = [...protocol.matchAll(/```json (.+)\n([\s\S]+?)```/g)].map(([, name, text]) => ({
  name: name as string,
  value: JSON.parse(text as string) as unknown,
}));

describe('PROTOCOL.md', () => {
  it('has an example of every message and every topic kind', () => {
    expect(examples.map(({ name }) => name).sort()).toEqual([...Object.keys(SCHEMAS), ...UNCHECKED].sort());
  });

  it.each(examples.filter(({ name }) => name in SCHEMAS))('has a valid example of $name', ({ name, value }) => {
    expect((SCHEMAS[name] as z.ZodType).safeParse(value).error?.issues ?? []).toEqual([]);
  });

  it('lists exactly the codes there are', () => {
    const section = protocol.slice(protocol.indexOf('## 7.'), protocol.indexOf('## 8.'));
    const listed = [...section.matchAll(/^\| `(\w+)` \| (client|server) \|/gm)].map(([, code, fault]) => [code, fault]);
    expect(listed).toEqual(Object.entries(ERROR_CODES).map(([code, { fault }]) => [code, fault]));
    for (const code of Object.values(CLOSE_CODES)) expect(section).toContain(String(code));
  });

  it('tells every limit', () => {
    const table = protocol.slice(protocol.indexOf('| limit | value |'), protocol.indexOf('## 8.'));
    const numbers = [...table.matchAll(/(\d+)( KiB)?/g)].map(([, number, kib]) => Number(number) * (kib ? 1_024 : 1));
    expect(numbers).toEqual(Object.values(LIMITS));
  });

  it.each(['trades:X', 'match:X', 'winprob:X', 'candles:X:1m', 'candles:X:5m', 'candles:X:1h', 'candles:X:1d'])(
    'tells how many entries of %s are kept',
    (topic) => {
      const limits = [...protocol.matchAll(/logLimit ([\d, ]+)\)/g)].flatMap(([, list]) => (list ?? '').split(', '));
      expect(limits).toContain(String(logLimitOf(topic)));
    },
  );
});

import { RequestError } from '@bigboard/shared/errors';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { digestOf, type Grant } from '../security/producer-tokens.ts';
import { Credential } from './credential.ts';

function open(clock: ManualClock, authorise: () => Grant) {
  const sent: unknown[] = [];
  const socket = {
    emit: (event: string, payload: unknown) => (sent.push([event, payload]), true),
    disconnect: () => sent.push('disconnected'),
  };
  const credential = new Credential(socket as never, digestOf('bb_x'), { authorise }, clock);
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      credential.look();
    }
    return sent.splice(0);
  };
  return pass;
}

const grant = { name: 'lab', title: 'The lab', topics: ['markets/*'] };

test('is told once, a minute before its token expires, and again when the end was put off', () => {
  const clock = new ManualClock();
  let expiresAtMs = clock.wallMs() + 100_000;
  const pass = open(clock, () => ({ ...grant, expiresAtMs }));
  expect(pass(39)).toEqual([]);
  expect(pass(20)).toEqual([
    ['notice', { code: 'expired', message: 'the token lab expires in 60 s', retryInMs: 60_000 }],
  ]);
  expiresAtMs += 100_000;
  expect(pass(100)).toMatchObject([['notice', { code: 'expired', retryInMs: 60_000 }]]);
});

test.each(['expired', 'unauthorized', 'forbidden'] as const)('ends when it is %s, and says so', (code) => {
  const pass = open(new ManualClock(), () => {
    throw new RequestError(code, 'no more');
  });
  expect(pass(1)).toEqual([['notice', { code, message: 'no more' }], 'disconnected']);
});

test('stays while the list of tokens cannot be read', () => {
  const pass = open(new ManualClock(), () => {
    throw new RequestError('unavailable', 'not now', 5_000);
  });
  expect(pass(10)).toEqual([]);
});

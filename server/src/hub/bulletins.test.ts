import { expect, it } from 'vitest';
import { Bulletins } from './bulletins.ts';
import { Reader } from './reader.ts';

function listener() {
  const heard: string[] = [];
  const state = { isBehind: false };
  const reader = new Reader({
    isBehind: () => state.isBehind,
    send: () => undefined,
    tell: (event, payload) => void heard.push(`${event} ${payload}`),
    beatSent: () => undefined,
    closeSlow: () => undefined,
  });
  return { reader, heard, state };
}

const AWAY = 'notice {"code":"unavailable","message":"Redis is away"}';
const BACK = 'notice {"code":"restored","message":"updates are stored again"}';

it('tells each reader once why nothing can be stored, newcomers too, and that it is over', () => {
  const bulletins = new Bulletins();
  const [here, late, after] = [listener(), listener(), listener()];
  bulletins.tell([here.reader]);
  bulletins.post('Redis is away', undefined);
  bulletins.tell([here.reader]);
  bulletins.tell([here.reader, late.reader]);
  bulletins.post(undefined, undefined);
  bulletins.tell([here.reader, late.reader, after.reader]);
  expect(here.heard).toEqual([AWAY, BACK]);
  expect(late.heard).toEqual([AWAY, BACK]);
  expect(after.heard).toEqual([]);
});

it('tells how many watch whenever that is another number', () => {
  const bulletins = new Bulletins();
  const { reader, heard } = listener();
  for (const watching of [1, 1, 1_204, 1_204]) {
    bulletins.post(undefined, watching);
    bulletins.tell([reader]);
  }
  expect(heard).toEqual(['presence {"watching":1}', 'presence {"watching":1204}']);
});

it('passes over who can take nothing, and tells it later what is true then', () => {
  const bulletins = new Bulletins();
  const { reader, heard, state } = listener();
  state.isBehind = true;
  bulletins.post('Redis is away', 3);
  bulletins.tell([reader]);
  expect(heard).toEqual([]);
  bulletins.post(undefined, 4);
  state.isBehind = false;
  bulletins.tell([reader]);
  expect(heard).toEqual(['presence {"watching":4}']);
});

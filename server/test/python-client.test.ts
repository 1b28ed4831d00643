import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Delta } from '@bigboard/shared/delta';
import { expect, it } from 'vitest';
import { inNamespace, RunningBoard } from './support/running-board.ts';

const PYTHON = process.env['PYTHON3_PATH'] ?? '/usr/bin/python3';
const VIEWER = fileURLToPath(new URL('python/viewer.py', import.meta.url));

type Line = readonly [kind: string, data: { readonly deltas?: readonly Delta[]; readonly [name: string]: unknown }];

/** The script, and what it has printed so far. */
function startViewer(...args: readonly string[]) {
  const child = spawn(PYTHON, [VIEWER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
  return {
    lines,
    async [Symbol.asyncDispose]() {
      const closed = once(child, 'close');
      child.stdin.end();
      expect(await closed).toEqual([0, null]);
    },
  };
}

it('gives a client in another language the same snapshot and frames', async () => {
  await using board = await RunningBoard.start({
    opening: inNamespace(
      'markets',
      { topic: 'tape:a', time: 10, fields: { last: 0, name: 'Äpfel “1”' }, log: ['0', { deep: [null, 1.5] }] },
      { topic: 'tape:b', time: 10, fields: { last: 0 } },
    ),
  });
  await using viewer = startViewer(board.url, 'tape:a', 'tape:nowhere');
  const find = (fits: (line: Line) => boolean) =>
    expect.poll(() => viewer.lines.find(fits), { timeout: 15_000, interval: 10 }).toBeDefined();
  await find(([kind]) => kind === 'refusal');
  const [[, ack], refusal] = viewer.lines.filter(([kind]) => kind !== 'beat') as [Line, Line];
  expect(ack).toMatchObject({ ok: true, rejected: [{ topic: 'tape:nowhere', code: 'unknown_topic' }] });
  expect(refusal).toMatchObject(['refusal', { ok: false, code: 'bad_request' }]);

  board.push('markets', { topic: 'tape:a', time: 20, fields: { last: 1 }, log: ['1'] });
  await find(([kind, { deltas }]) => kind === 'frame' && deltas?.[0]?.[1] === 20);
  board.push('markets', { topic: 'tape:b', time: 21, fields: { last: 9 } });
  board.push('markets', { topic: 'tape:a', time: 30, fields: { last: 2, name: null }, log: ['2'] });
  await find(([kind, { deltas }]) => kind === 'frame' && deltas?.[0]?.[1] === 30);
  await find(([kind, { to }]) => kind === 'beat' && typeof to === 'number');

  const fields: Record<string, unknown> = {};
  const log: unknown[] = [];
  for (const [kind, { deltas = [] }] of viewer.lines) {
    if (kind !== 'ack' && kind !== 'frame') continue;
    for (const [topic, , changed, entries] of deltas) {
      expect(topic).toBe('tape:a');
      for (const [name, value] of Object.entries(changed)) {
        if (value === null) delete fields[name];
        else fields[name] = value;
      }
      for (const [n, time, entry] of entries === 0 ? [] : entries) log.push({ n, time, entry });
    }
  }
  const snapshot = await board.snapshot('markets', 'tape:a');
  expect({ fields, log }).toEqual({ fields: snapshot.fields, log: snapshot.log });
  expect(viewer.lines.some(([kind]) => kind === 'notice')).toBe(false);
});

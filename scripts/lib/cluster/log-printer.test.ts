import { expect, it } from 'vitest';
import { LogPrinter, splitLines } from './log-printer.ts';

it('puts the name of whoever said it before each line, in colour on a terminal', () => {
  const written: string[] = [];
  const plain = new LogPrinter(['one', 'three'], false, (text) => written.push(text));
  plain.print('one', 'hello');
  plain.print('three', 'hello');
  const coloured = new LogPrinter(['one'], true, (text) => written.push(text));
  coloured.print('one', 'hello');
  expect(written).toEqual(['one   | hello\n', 'three | hello\n', '\u001b[36mone |\u001b[0m hello\n']);
});

it('makes whole lines of pieces', () => {
  const lines: string[] = [];
  const take = splitLines((line) => lines.push(line));
  for (const piece of ['a', 'b\nc\n\nd', 'e']) take(piece);
  expect(lines).toEqual(['ab', 'c', '']);
  take();
  take();
  expect(lines).toEqual(['ab', 'c', '', 'de']);
});

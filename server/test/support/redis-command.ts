import { once } from 'node:events';
import { connect } from 'node:net';

/** What Redis answers: texts, whole numbers, lists, or nothing. */
export type RedisReply = string | number | null | readonly RedisReply[];

/**
 * One command on a connection of its own: what a test does to a Redis goes by no way of the code under test.
 * @throws Error with Redis's own words when it refuses
 */
export async function redisCommand(port: number, ...words: readonly (string | number)[]): Promise<RedisReply> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    const parts = words.map((word) => Buffer.from(String(word)));
    socket.write(`*${parts.length}\r\n`);
    for (const part of parts)
      socket.write(Buffer.concat([Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]));
    let received = Buffer.alloc(0);
    for await (const piece of socket) {
      received = Buffer.concat([received, piece as Buffer]);
      const read = readReply(received, 0);
      if (read !== undefined) return read.reply;
    }
    throw new Error('Redis closed the connection without an answer');
  } finally {
    socket.destroy();
  }
}

/** @returns undefined while some of it has yet to come */
function readReply(bytes: Buffer, at: number): { readonly reply: RedisReply; readonly end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '-':
      throw new Error(line);
    case ':':
      return { reply: Number(line), end };
    case '$':
      return readText(bytes, end, Number(line));
    case '*':
      return readList(bytes, end, Number(line));
    default:
      return { reply: line, end };
  }
}

function readText(bytes: Buffer, at: number, length: number) {
  if (length < 0) return { reply: null, end: at };
  const end = at + length + 2;
  return bytes.length < end ? undefined : { reply: bytes.toString('utf8', at, at + length), end };
}

function readList(bytes: Buffer, at: number, count: number) {
  if (count < 0) return { reply: null, end: at };
  const reply: RedisReply[] = [];
  let end = at;
  while (reply.length < count) {
    const item = readReply(bytes, end);
    if (item === undefined) return undefined;
    reply.push(item.reply);
    end = item.end;
  }
  return { reply, end };
}

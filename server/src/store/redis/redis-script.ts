import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A script that Redis runs in one step. */
export interface RedisScript {
  readonly text: string;
  /** What Redis calls it by. */
  readonly sha: string;
}

/** @param file next to the module that runs it */
export function readScript(file: URL): RedisScript {
  const text = readFileSync(file, 'utf8');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

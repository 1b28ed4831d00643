import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { tokenFileSchema, type ProducerToken } from '@bigboard/shared/producer-token';

/** A change that has been under way for so long has died on the way. */
const DEAD_LOCK_MS = 10_000;

/** The list of tokens cannot be read or written, for a reason that whoever runs this can do something about. */
export class TokenFileError extends Error {}

/** @returns none when there is no file */
export async function readTokens(file: string): Promise<readonly ProducerToken[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw asFileError(error);
  }
  try {
    return tokenFileSchema.parse(JSON.parse(text)).tokens;
  } catch {
    throw new TokenFileError(`${file} is not a list of tokens: repair it or move it away`);
  }
}

/**
 * Replaces the list in one step, for its owner's eyes only: a server that reads meanwhile sees the old or the new one.
 * @param change makes the new list from the one there is; what it throws leaves that one
 */
export async function changeTokens(
  file: string,
  change: (tokens: readonly ProducerToken[]) => readonly ProducerToken[],
): Promise<void> {
  const written = `${file}.${randomBytes(6).toString('hex')}`;
  const lock = `${file}.lock`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await takeLock(lock);
    try {
      const tokens = change(await readTokens(file));
      await writeForOwner(written, JSON.stringify({ bigboardTokens: 1, tokens }, undefined, 2) + '\n');
      await rename(written, file);
    } finally {
      await rm(written, { force: true });
      await rm(lock, { force: true });
    }
  } catch (error) {
    throw asFileError(error);
  }
}

/** Two changes at once would lose the one of them that reads first. */
async function takeLock(lock: string): Promise<void> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs < DEAD_LOCK_MS) throw new TokenFileError('another change is under way: try again');
    await rm(lock, { force: true });
    await takeLock(lock);
  }
}

async function writeForOwner(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asFileError(error: unknown): unknown {
  return isSystemError(error) ? new TokenFileError(error.message) : error;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

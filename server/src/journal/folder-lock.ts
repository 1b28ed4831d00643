import { createHash, randomUUID } from 'node:crypto';
import { link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const NAME = 'lock';
/** The system keeps the address of a socket in so many bytes (unix(7): 108 on Linux, 104 on macOS). */
const ADDRESS_MAX_LENGTH = 100;

/** Two servers that write to one journal would destroy it. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/**
 * Takes a folder for this process by a socket that listens in it. The system closes it with the process, however that
 * ends, and a process in another container sees it too, where a process number would mean nothing.
 * @returns a function that gives the folder back
 * @throws FolderInUse
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  if (process.platform === 'win32') return lockPipe(folder);
  const path = join(folder, NAME);
  const address = await addressOf(folder, path);
  for (;;) {
    try {
      const server = await listen(address.text);
      return async () => {
        await close(server);
        await address.release();
      };
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE')) {
        await address.release();
        throw error;
      }
    }
    const judged = await stat(path).catch(() => undefined);
    if (judged === undefined) continue;
    // Twice: one that has its name already may be about to listen.
    if ((await answers(address.text)) || (await answers(address.text))) {
      await address.release();
      throw new FolderInUse(`${folder} is in use by another server`);
    }
    await removeLeftOver(path, judged.ino);
  }
}

/** What a killed process left; not what another one has put there since it was looked at. */
async function removeLeftOver(path: string, inode: number): Promise<void> {
  const aside = `${path}-${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await stat(aside)).ino !== inode) await link(aside, path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** A path that is too long for a socket is reached through the open folder. */
async function addressOf(folder: string, path: string): Promise<{ text: string; release: () => Promise<void> }> {
  if (Buffer.byteLength(path) <= ADDRESS_MAX_LENGTH || process.platform !== 'linux') {
    return { text: path, release: async () => undefined };
  }
  const opened = await open(folder, 'r');
  return { text: `/proc/self/fd/${opened.fd}/${NAME}`, release: () => opened.close() };
}

/** Windows has no sockets in folders; the names of its pipes are the machine's. */
async function lockPipe(folder: string): Promise<() => Promise<void>> {
  const digest = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex');
  try {
    const server = await listen(`\\\\.\\pipe\\bigboard-${digest}`);
    return () => close(server);
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) throw new FolderInUse(`${folder} is in use by another server`);
    throw error;
  }
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((visitor) => visitor.destroy());
    server.once('error', reject);
    server.listen(address, () => resolve(server));
    server.unref();
  });
}

/** Its file goes with it. */
function close(server: Server): Promise<void> {
  return new Promise((done) => server.close(() => done()));
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const visitor = connect(address);
    visitor.once('connect', () => {
      visitor.destroy();
      resolve(true);
    });
    visitor.once('error', () => resolve(false));
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

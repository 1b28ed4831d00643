import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** A file that is open. Positions and lengths in bytes. */
export interface DiskFile {
  /** All of `bytes`, or it rejects. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Resolves when what was written would survive the loss of power. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  /** @returns how many bytes were read, 0 at the end of the file */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface StoredFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** Wall clock of the last write, milliseconds since 1970 UTC. */
  readonly writtenAtMs: number;
}

/** The file system, handed in, so that a test can make it fail. Every call rejects with the system's error. */
export interface Disk {
  makeFolder(path: string): Promise<void>;
  /** Files only, by name. */
  list(folder: string): Promise<StoredFile[]>;
  open(path: string, mode: 'read' | 'change' | 'new'): Promise<DiskFile>;
  /** Survives the loss of power once it resolves. */
  rename(from: string, to: string, folder: string): Promise<void>;
  /** Quiet when it is not there. Survives the loss of power once it resolves. */
  remove(path: string, folder: string): Promise<void>;
}

const MODES = {
  read: constants.O_RDONLY,
  change: constants.O_RDWR,
  new: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
};

export const systemDisk: Disk = {
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    // A folder's name is in the folder around it.
    for (let made = resolve(path); made.length >= resolve(first).length; made = dirname(made)) {
      await syncFolder(dirname(made));
    }
  },
  async list(folder) {
    const files: StoredFile[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(folder, entry.name);
      const { size, mtimeMs } = await stat(path);
      files.push({ path, name: entry.name, bytes: size, writtenAtMs: mtimeMs });
    }
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  async open(path, mode) {
    return new SystemFile(await open(path, MODES[mode], 0o600));
  },
  async rename(from, to, folder) {
    await rename(from, to);
    await syncFolder(folder);
  },
  async remove(path, folder) {
    await rm(path, { force: true });
    await syncFolder(folder);
  },
};

class SystemFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(into, 0, into.length, position);
    return bytesRead;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** A new name is only in the folder's own data, which a sync of the file does not write. */
async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and writes its names by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

import { basename, dirname } from 'node:path';
import type { Disk, DiskFile, StoredFile } from '../../src/journal/disk.ts';
import type { Random } from '../model/random.ts';

/** What a disk loses or keeps as a whole. */
const SECTOR_BYTES = 512;

export type Operation = 'write' | 'sync' | 'truncate' | 'open' | 'rename' | 'remove';
/** `partial`: a write of which only so many bytes arrived, or a rename that was done although it failed. */
export type Trouble = { readonly code: string; readonly partial?: number };

interface Content {
  /** What would survive the loss of power. */
  synced: Buffer;
  /** What the system shows to whoever reads. */
  current: Buffer;
}

/** A disk in memory that forgets what was not synced, and fails when told to. */
export class SimulatedDisk implements Disk {
  readonly #files = new Map<string, Content>();
  /** Asked before every operation. */
  trouble: (operation: Operation, path: string) => Trouble | undefined = () => undefined;
  /** How long an operation takes. */
  turns: () => number = () => 3;
  /** The process that used it is gone: what it still wants is never answered. */
  isGone = false;
  /** Writes that went on disk, to put a number on a moment. */
  operations = 0;

  async makeFolder(): Promise<void> {}

  async list(folder: string): Promise<StoredFile[]> {
    const files = [...this.#files].filter(([path]) => dirname(path) === folder);
    return files
      .map(([path, { current }]) => ({ path, name: basename(path), bytes: current.length, writtenAtMs: 0 }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async open(path: string, mode: 'read' | 'change' | 'new'): Promise<DiskFile> {
    await this.#step('open', path);
    if (mode === 'new') this.#files.set(path, { synced: Buffer.alloc(0), current: Buffer.alloc(0) });
    const content = this.#files.get(path);
    if (content === undefined) throw systemError('ENOENT', path);
    return {
      write: (bytes, position) => this.#write(path, content, bytes, position),
      sync: async () => {
        await this.#step('sync', path);
        content.synced = content.current;
      },
      truncate: async (length) => {
        await this.#step('truncate', path);
        content.current = Buffer.from(content.current.subarray(0, length));
      },
      read: async (into, position) => content.current.copy(into, 0, position),
      close: async () => undefined,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    const trouble = await this.#look('rename', from);
    const content = this.#files.get(from);
    if (content === undefined) throw systemError('ENOENT', from);
    if (trouble === undefined || trouble.partial !== undefined) {
      this.#files.delete(from);
      this.#files.set(to, content);
    }
    if (trouble !== undefined) throw systemError(trouble.code, from);
  }

  async remove(path: string): Promise<void> {
    await this.#step('remove', path);
    this.#files.delete(path);
  }

  /** The bytes of a file, to damage them. */
  bytes(path: string): Buffer {
    return (this.#files.get(path) as Content).current;
  }

  replace(path: string, bytes: Buffer): void {
    this.#files.set(path, { synced: bytes, current: bytes });
  }

  /** The disk as the next process finds it after this one was killed: whatever the system had taken is there. */
  afterKill(): SimulatedDisk {
    return this.#after(({ current }) => current);
  }

  /** The disk after the power was lost: of what was not synced, any sectors may be there and any not. */
  afterPowerLoss(random: Random): SimulatedDisk {
    return this.#after(({ synced, current }) => {
      if (current === synced) return synced;
      const length = random.chance(0.5) ? Math.max(synced.length, random.below(current.length + 1)) : current.length;
      const kept = Buffer.alloc(length);
      for (let from = 0; from < length; from += SECTOR_BYTES) {
        const source = random.chance(0.5) ? current : synced;
        kept.set(source.subarray(from, Math.min(from + SECTOR_BYTES, length)), from);
      }
      // What was synced and not written since is not touched by anything.
      const same = commonLength(synced, current);
      synced.copy(kept, 0, 0, Math.min(same, length));
      return kept;
    });
  }

  #after(survives: (content: Content) => Buffer): SimulatedDisk {
    this.isGone = true;
    const next = new SimulatedDisk();
    for (const [path, content] of this.#files) next.replace(path, survives(content));
    return next;
  }

  async #write(path: string, content: Content, bytes: Uint8Array, position: number): Promise<void> {
    const trouble = await this.#look('write', path);
    const arrived = bytes.subarray(0, trouble === undefined ? bytes.length : (trouble.partial ?? 0));
    if (arrived.length > 0) {
      const length = Math.max(content.current.length, position + arrived.length);
      const next = Buffer.alloc(length);
      content.current.copy(next);
      next.set(arrived, position);
      content.current = next;
    }
    if (trouble !== undefined) throw systemError(trouble.code, path);
  }

  async #step(operation: Operation, path: string): Promise<void> {
    const trouble = await this.#look(operation, path);
    if (trouble !== undefined) throw systemError(trouble.code, path);
  }

  async #look(operation: Operation, path: string): Promise<Trouble | undefined> {
    // A few turns of waiting, so that others come in between.
    for (let turn = this.turns(); turn > 0; turn--) await Promise.resolve();
    if (this.isGone) return new Promise(() => undefined);
    this.operations++;
    return this.trouble(operation, path);
  }
}

function commonLength(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a[same] === b[same]) same++;
  return same;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, syscall: 'simulated' });
}

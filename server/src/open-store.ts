import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Disk } from './journal/disk.ts';
import type { JournalObserver } from './journal/file-journal.ts';
import { openJournal } from './journal/open-journal.ts';
import type { Logger } from './logger.ts';
import { ClusterBus } from './socket/cluster-bus.ts';
import type { IoServer } from './socket/io-server.ts';
import type { Bus } from './store/bus.ts';
import { LeasedStore } from './store/leased-store.ts';
import type { Leases } from './store/leases.ts';
import { MemoryStore } from './store/memory-store.ts';
import { emptyLogs } from './store/namespace-log.ts';
import { OwnLeases } from './store/own-leases.ts';
import { LEASE_SCRIPTS } from './store/redis/redis-lease.ts';
import { RedisLeases } from './store/redis/redis-leases.ts';
import { openAdapterClients, RedisLink } from './store/redis/redis-link.ts';
import { openRedisStore } from './store/redis/redis-store.ts';
import { memoryStoreStatus, type StoreStatus } from './store/store-status.ts';
import type { Store } from './store/store.ts';

/** One of several has to have a name to be told from the others by. */
export function nameInstance({ instance, redisUrl }: Config): InstanceName {
  const id = randomUUID();
  return { id, name: instance ?? (redisUrl === undefined ? 'this instance' : id.slice(0, 8)) };
}

export interface StoreParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** What the bus goes through, where there is one. */
  readonly io: IoServer;
  readonly disk: Disk;
  readonly skipCorrupt: boolean;
  readonly journalObserver: JournalObserver;
}

/** Where the logs are, and who may do what only one instance may. */
export interface OpenedStore {
  readonly store: Store;
  readonly leases: Leases;
  readonly status: () => StoreStatus;
  /** Absent where this process is the only one. */
  readonly bus?: Bus;
  /** When nothing is stored any more and no lease held. */
  close(): Promise<void>;
}

export interface InstanceName {
  /** What people call this process. */
  readonly name: string;
  /** What no other process is ever called, nor this one after a restart. */
  readonly id: string;
}

export async function openStore(parts: StoreParts, instance: InstanceName): Promise<OpenedStore> {
  const { redisUrl } = parts.config;
  return redisUrl === undefined ? openOwnStore(parts, instance) : openSharedStore(parts, instance, redisUrl);
}

/** This process alone, with a journal on disk. */
async function openOwnStore(parts: StoreParts, { name }: InstanceName): Promise<OpenedStore> {
  const { config, clock, log, disk, skipCorrupt, journalObserver } = parts;
  const { dataDir, retention } = config;
  const opened =
    dataDir === undefined
      ? undefined
      : await openJournal({ dataDir, retention, skipCorrupt, newEpoch }, disk, clock, log, journalObserver);
  const store = new MemoryStore(clock, opened?.logs ?? emptyLogs(newEpoch), opened?.journal);
  return { store, leases: new OwnLeases(name), status: () => memoryStoreStatus, close: () => store.close() };
}

/** Several instances on one Redis, which speak to each other through it. */
async function openSharedStore(parts: StoreParts, { name, id }: InstanceName, url: string): Promise<OpenedStore> {
  const { clock, log, random, io } = parts;
  const clients = openAdapterClients({ url, name }, clock, log);
  const bus = new ClusterBus(io, clients);
  const store = await openRedisStore({ url, instance: id, name, newEpoch, bus }, clock, log);
  const link = new RedisLink({ url, name: `${name}:leases` }, Object.values(LEASE_SCRIPTS), log);
  const leases = new RedisLeases(name, link, clock, random, log);
  await store.keepWith(leases);
  return {
    store: new LeasedStore(store, leases),
    leases,
    status: () => store.status,
    bus,
    async close() {
      await store.close();
      link.close();
      clients.close();
    },
  };
}

function newEpoch(): string {
  return randomBytes(9).toString('base64url');
}

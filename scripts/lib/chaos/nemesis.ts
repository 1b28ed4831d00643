import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { SUBSCRIBER, type ChaosCluster, type ChaosInstance } from './chaos-cluster.ts';
import type { FaultKind, HistoryRecord } from './history.ts';
import type { PlannedFault } from './nemesis-plan.ts';

/** How old the copy is that Redis comes back with. */
const COPY_AGE_MS = 1_500;

export interface NemesisParts {
  readonly cluster: ChaosCluster;
  readonly feed: string | undefined;
  readonly random: Random;
  readonly t: () => number;
  readonly write: (record: HistoryRecord) => void;
  readonly onFault: (text: string) => void;
}

/** Brings the faults of a plan about, one after the other, and heals each. */
export class Nemesis {
  readonly #parts: NemesisParts;
  #isStopping = false;

  constructor(parts: NemesisParts) {
    this.#parts = parts;
  }

  async run(plan: readonly PlannedFault[], signal: AbortSignal): Promise<void> {
    for (const fault of plan) {
      await wait(fault.afterMs, undefined, { signal }).catch(() => (this.#isStopping = true));
      if (this.#isStopping) return;
      await this.#bring(fault);
    }
  }

  async #bring({ kind, lastsMs, instance: index }: PlannedFault): Promise<void> {
    const { cluster } = this.#parts;
    const instance = cluster.instances[index % cluster.instances.length] as ChaosInstance;
    switch (kind) {
      case 'kill':
        return this.#kill(kind, [instance], lastsMs);
      case 'kill-leader':
        return this.#kill(kind, [(await this.#leader()) ?? instance], lastsMs);
      case 'kill-all':
        return this.#kill(kind, cluster.instances, lastsMs);
      case 'pause':
        return this.#pause(kind, instance, lastsMs);
      case 'pause-leader':
        return this.#pause(kind, (await this.#leader()) ?? instance, lastsMs);
      case 'redis-hang':
        return this.#during(
          kind,
          [],
          lastsMs,
          () => cluster.redis.hang(),
          () => cluster.redis.goOn(),
        );
      case 'redis-restart':
      case 'redis-wipe':
      case 'redis-older':
        return this.#restartRedis(kind, lastsMs);
      case 'cut-command':
      case 'cut-subscriber':
      case 'blackhole':
        return this.#harmLink(kind, instance, lastsMs);
      case 'cut-clients':
      case 'slow-clients':
        return this.#harmReaders(kind, instance, lastsMs);
    }
  }

  async #leader(): Promise<ChaosInstance | undefined> {
    const { cluster, feed } = this.#parts;
    return feed === undefined ? undefined : cluster.leaderOf(feed);
  }

  async #kill(kind: FaultKind, instances: readonly ChaosInstance[], lastsMs: number): Promise<void> {
    const { cluster } = this.#parts;
    await this.#during(
      kind,
      instances,
      lastsMs,
      () => Promise.all(instances.map((instance) => cluster.kill(instance))),
      () => Promise.all(instances.map((instance) => cluster.launch(instance))),
    );
  }

  async #pause(kind: FaultKind, instance: ChaosInstance, lastsMs: number): Promise<void> {
    await this.#during(
      kind,
      [instance],
      lastsMs,
      () => instance.program?.signal('SIGSTOP'),
      () => instance.program?.signal('SIGCONT'),
    );
  }

  async #restartRedis(kind: FaultKind, lastsMs: number): Promise<void> {
    const { cluster, t } = this.#parts;
    const { redis } = cluster;
    const copiedT = kind === 'redis-older' ? t() : undefined;
    if (copiedT !== undefined) {
      await redis.copy();
      await wait(COPY_AGE_MS);
    }
    await this.#during(
      kind,
      [],
      lastsMs,
      () => redis.kill(),
      async () => {
        if (kind === 'redis-wipe') await redis.wipe();
        if (kind === 'redis-older') await redis.restoreCopy();
        await redis.start();
      },
      copiedT,
    );
  }

  async #harmLink(kind: FaultKind, instance: ChaosInstance, lastsMs: number): Promise<void> {
    const { toRedis } = instance;
    const { random } = this.#parts;
    const harm = () => {
      if (kind === 'blackhole') return toRedis.blackhole(random.pick(['up', 'down', 'both'] as const));
      const label = kind === 'cut-subscriber' ? SUBSCRIBER : undefined;
      toRedis.refuse(label);
      toRedis.cut(label);
    };
    await this.#during(kind, [instance], lastsMs, harm, () => toRedis.heal());
  }

  async #harmReaders(kind: FaultKind, { toReaders }: ChaosInstance, lastsMs: number): Promise<void> {
    const { random } = this.#parts;
    const harm = () => {
      if (kind === 'cut-clients') return toReaders.cut(undefined, () => random.chance(0.5));
      toReaders.set({ latencyMs: random.between(20, 300), bytesPerSecond: 50_000, sliceBytes: 500 });
    };
    // The instance itself is well: what it acknowledged it still has.
    await this.#during(kind, [], lastsMs, harm, () => toReaders.heal());
  }

  async #during(
    kind: FaultKind,
    instances: readonly ChaosInstance[],
    lastsMs: number,
    harm: () => unknown,
    heal: () => unknown,
    copiedT?: number,
  ): Promise<void> {
    const { t, write, onFault } = this.#parts;
    const targets = instances.map(({ name }) => name);
    write({ k: 'fault', t: t(), kind, targets, ...(copiedT !== undefined && { copiedT }) });
    onFault([kind, ...targets].join(' '));
    await harm();
    await wait(lastsMs);
    await heal();
    write({ k: 'healed', t: t(), kind, targets });
    onFault('');
  }
}

import type { ClusterStatus, InstanceStatus } from '@bigboard/shared/operations';

/** Above these a reader feels it. */
const SLOW_TURN_MS = 100;
const SLOW_FLUSH_MS = 100;
const BEHIND_UPDATES = 2_000;

export interface NamespaceRow {
  readonly namespace: string;
  readonly epoch: string;
  readonly seq: number;
  /** Updates it lacks of the furthest instance in the same epoch. */
  readonly behindBy: number;
  readonly updatesPerSecond: number;
  readonly flush: { readonly p50: number; readonly p99: number };
  readonly readers: number;
  readonly topics: number;
}

export interface InstanceRow {
  readonly status: InstanceStatus;
  readonly namespaces: readonly NamespaceRow[];
  /** Leases it holds itself. */
  readonly leads: readonly string[];
  /** What is wrong with it, in words; empty when all is well. */
  readonly wrongs: readonly string[];
}

export function instanceRows({ instances }: ClusterStatus): InstanceRow[] {
  return instances.map((status) => {
    const namespaces = Object.entries(status.namespaces).map(([namespace, figures]): NamespaceRow => {
      const { epoch, seq, readers, topics, updatesPerSecond, flushMs: flush } = figures;
      const furthest = Math.max(...peersIn(instances, namespace, epoch));
      return { namespace, epoch, seq, behindBy: furthest - seq, updatesPerSecond, flush, readers, topics };
    });
    const leads = Object.entries(status.leases)
      .filter(([, holder]) => holder === status.name)
      .map(([lease]) => lease)
      .sort();
    return { status, namespaces, leads, wrongs: wrongsOf(status, namespaces, instances) };
  });
}

function peersIn(instances: readonly InstanceStatus[], namespace: string, epoch: string): number[] {
  return instances.flatMap(({ namespaces }) => {
    const figures = namespaces[namespace];
    return figures?.epoch === epoch ? [figures.seq] : [];
  });
}

function wrongsOf(
  { degraded, isDraining, store, turnMs, namespaces: told }: InstanceStatus,
  rows: readonly NamespaceRow[],
  instances: readonly InstanceStatus[],
): string[] {
  const wrongs = [...degraded];
  if (isDraining) wrongs.unshift('is stopping');
  if (store.link?.isUp === false && store.failure === undefined) wrongs.push('has no link to Redis');
  if (turnMs.p99 > SLOW_TURN_MS) wrongs.push(`turns of the event loop take ${Math.round(turnMs.p99)} ms`);
  for (const { namespace, behindBy, flush } of rows) {
    if (behindBy > BEHIND_UPDATES) wrongs.push(`${namespace}: ${behindBy} updates behind`);
    if (flush.p99 > SLOW_FLUSH_MS) wrongs.push(`${namespace}: flushes take ${Math.round(flush.p99)} ms`);
  }
  for (const [namespace, { epoch }] of Object.entries(told)) {
    const others = instances.filter(({ namespaces }) => {
      const figures = namespaces[namespace];
      return figures !== undefined && figures.epoch !== epoch;
    });
    // Of two, nobody can tell which is right; of three, the one that is alone is marked.
    if (others.length > 0 && others.length >= instances.length / 2) wrongs.push(`${namespace}: in another epoch`);
  }
  return wrongs;
}

/** Who leads what, as most instances have it. */
export function leaders({ instances }: ClusterStatus): (readonly [lease: string, holder: string])[] {
  const votes = new Map<string, Map<string, number>>();
  for (const { leases } of instances) {
    for (const [lease, holder] of Object.entries(leases)) {
      const ofLease = votes.get(lease) ?? new Map<string, number>();
      votes.set(lease, ofLease.set(holder, (ofLease.get(holder) ?? 0) + 1));
    }
  }
  return [...votes]
    .map(([lease, ofLease]) => [lease, [...ofLease].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

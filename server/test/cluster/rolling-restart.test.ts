import { expect, it } from 'vitest';
import { Balancer } from '../support/balancer.ts';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { HttpPusher } from '../support/pushing.ts';
import { ReplicaViewer } from '../support/replica-viewer.ts';

const READERS = process.env['BIGBOARD_LONG'] ? 1_000 : 150;
const PUSH_INTERVAL_MS = 50;
const TOPIC = 'tape:a';
/** Of those that come back at one restart, at most so many within one second. */
const LARGEST_SHARE = 0.4;

/** A reader that notes when it comes back, and what it misses. */
class Reader extends ReplicaViewer {
  readonly connectedAtMs: number[] = [];
  readonly gaps: string[] = [];
  newest = 0;

  constructor(url: string) {
    super(url, 'markets', [TOPIC]);
    this.socket.on('connect', () => this.connectedAtMs.push(performance.now()));
    for (const event of ['frame', 'beat'] as const) this.socket.on(event, () => this.read());
  }

  read(): void {
    for (const { news } of this.changes.splice(0)) {
      for (const { n } of news) {
        if (this.newest > 0 && n !== this.newest + 1) this.gaps.push(`entry ${n} after ${this.newest}`);
        this.newest = n;
      }
    }
  }
}

it(
  `three instances are restarted one after the other, and none of ${READERS} readers misses anything`,
  { timeout: 600_000 },
  async () => {
    await using cluster = await ClusterProcesses.start(3);
    await using balancer = await Balancer.start(cluster.urls, false);
    const pusher = new HttpPusher(balancer.url, cluster.token);
    let id = 0;
    let isPushing = true;
    const push = async () => {
      while (isPushing) {
        const updates = [{ id: id + 1, topic: TOPIC, time: id + 1, log: [id + 1] }];
        // An instance that is going cuts what it has not begun; an id makes the same row safe to send again.
        const answer = await pusher.push({ namespace: 'markets', producer: 'p', updates }).catch(() => undefined);
        if (answer?.ok === true) id++;
        await new Promise((done) => setTimeout(done, PUSH_INTERVAL_MS));
      }
    };
    const pushing = push();
    await expect.poll(() => id, { timeout: 10_000 }).toBeGreaterThan(0);
    const readers = Array.from({ length: READERS }, () => new Reader(balancer.url));
    try {
      const allHave = (entry: number) => () => readers.filter(({ newest }) => newest >= entry).length;
      await expect.poll(allHave(id), { timeout: 60_000 }).toBe(READERS);

      for (let index = 0; index < cluster.size; index++) {
        const askedMs = performance.now();
        const before = readers.map(({ connectedAtMs }) => connectedAtMs.length);
        expect(await cluster.stop(index)).toEqual({ code: 0, signal: null });
        expect(performance.now() - askedMs).toBeLessThan(10_000);
        await expect.poll(allHave(id), { timeout: 30_000 }).toBe(READERS);
        const returnedMs = readers.flatMap(({ connectedAtMs }, reader) => connectedAtMs.slice(before[reader]));
        expect(returnedMs.length).toBeGreaterThan(0);
        expect(largestSecond(returnedMs.map((atMs) => atMs - askedMs))).toBeLessThan(LARGEST_SHARE);
        await cluster.launch(index);
      }

      isPushing = false;
      await pushing;
      await expect.poll(allHave(id), { timeout: 30_000 }).toBe(READERS);
      expect(readers.flatMap(({ gaps }) => gaps)).toEqual([]);
      expect(readers.reduce((sum, { replica }) => sum + replica.counts.mismatches, 0)).toBe(0);
    } finally {
      isPushing = false;
      for (const reader of readers) await reader[Symbol.asyncDispose]();
    }
  },
);

/** The share of those in the fullest second. */
function largestSecond(timesMs: readonly number[]): number {
  const seconds = new Map<number, number>();
  for (const timeMs of timesMs) {
    const second = Math.floor(timeMs / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return Math.max(...seconds.values()) / timesMs.length;
}

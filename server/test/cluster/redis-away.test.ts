import type { Notice } from '@bigboard/shared/messages';
import { expect, it } from 'vitest';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { HttpPusher } from '../support/pushing.ts';
import { ReplicaViewer } from '../support/replica-viewer.ts';

const TOPIC = 'tape:a';

it('while Redis is away it is read on and said why nothing comes; when it is back all is live within 5 s', async () => {
  await using cluster = await ClusterProcesses.start(2);
  const [first = '', second = ''] = cluster.urls;
  const pusher = new HttpPusher(first, cluster.token);
  const row = (id: number) => JSON.stringify({ id, topic: TOPIC, time: id, log: [id], fields: { last: id } });
  expect((await pusher.post('markets', 'p', row(1))).status).toBe(200);
  await using viewer = new ReplicaViewer(second, 'markets', [TOPIC]);
  const notices: Notice[] = [];
  viewer.socket.on('notice', (notice) => notices.push(notice));
  await viewer.settled(TOPIC, (document) => document.value('last') === 1);

  await cluster.redis.kill();
  const codes = () => notices.map(({ code }) => code as string);
  await expect.poll(codes, { timeout: 2_000 }).toEqual(['unavailable']);
  expect(notices[0]?.message).toBe('Redis is away');
  const refused = await pusher.post('markets', 'p', row(2));
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
  const readiness = await fetch(`${second}/readyz`);
  expect([readiness.status, await readiness.json()]).toEqual([
    200,
    { ok: true, degraded: expect.arrayContaining(['store: Redis is away']) as unknown },
  ]);
  await using newcomer = new ReplicaViewer(second, 'markets', [TOPIC]);
  await newcomer.settled(TOPIC, (document) => document.value('last') === 1);

  await cluster.redis.start();
  await expect
    .poll(async () => (await pusher.post('markets', 'p', row(2))).status, { timeout: 5_000, interval: 100 })
    .toBe(200);
  for (const reader of [viewer, newcomer]) await reader.settled(TOPIC, (document) => document.value('last') === 2);
  await expect.poll(codes, { timeout: 5_000 }).toEqual(['unavailable', 'restored']);
  // Nothing was lost, so the log goes on as it was.
  expect(viewer.news).toEqual([`${TOPIC} 1`, `${TOPIC} 2`]);
  expect(viewer.replica.epoch).toBe(newcomer.replica.epoch);
}, 60_000);

it('a feed goes on within 3 s on another instance when its leader is killed, without a gap', async () => {
  await using cluster = await ClusterProcesses.start(2, { FEEDS: 'world-cup?speed=60' });
  const leaderIn = async (url: string) => {
    const response = await fetch(`${url}/api/topics/sports/feed:world-cup-2022`);
    return ((await response.json()) as { fields?: { leader?: string } }).fields?.leader;
  };
  await expect.poll(() => leaderIn(cluster.urls[0] as string), { timeout: 20_000 }).toBeTruthy();
  const leader = await leaderIn(cluster.urls[0] as string);
  const index = leader === cluster.nameOf(0) ? 0 : 1;
  const other = cluster.urls[1 - index] as string;
  await cluster.kill(index);
  await expect.poll(() => leaderIn(other), { timeout: 3_500, interval: 20 }).toBe(cluster.nameOf(1 - index));
}, 60_000);

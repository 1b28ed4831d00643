import type { Json } from '@bigboard/shared/json';
import type { AppendedBatch } from '../../src/store/store.ts';
import { Instance } from './instance.ts';
import { World } from './world.ts';

const RUN_MS = 40_000;
const QUIET_MS = 12_000;
const STEP_MS = 10;
const INSTANCES = 3;
/** Something happens about so often. */
const HAPPENS_MS = 1_500;
/** Once nothing happens any more the feed plays again, and in the rest of the time brings at least so many. */
const RECOVERY_MS = 8_000;
const LEAST_ENTRIES = 15;

export interface RunResult {
  /** The first law that was broken, and when. */
  readonly broken: string | undefined;
  readonly entries: number;
  readonly leaders: number;
}

/** Instances that lead a feed and a deriver in turn, while processes stand still, die and come back, and Redis goes away. */
export async function runLeases(seed: number): Promise<RunResult> {
  const world = new World(seed);
  const { random, clock, redis } = world;
  world.isSlow = random.below(2) === 0;
  const history: AppendedBatch[] = [];
  world.store.onAppended((batch) => void history.push(batch));
  const alive = new Set<Instance>();
  let born = 0;
  const bear = async () => {
    const instance = new Instance(world, `i${++born}`);
    alive.add(instance);
    await instance.start();
  };
  for (let count = 0; count < INSTANCES; count++) await bear();
  /** The feed as it plays, or as it would if the process that plays it were awake. */
  const runner = () => [...alive].map(({ feed }) => feed.runner).find((one) => one?.hasBegun === true);

  const speeds: number[] = [];
  let acknowledged = -1;
  const happen = async () => {
    const instance = [...alive][random.below(alive.size)] as Instance;
    const what = random.below(7);
    if (what <= 1) {
      instance.clock.stop();
      clock.after(random.below(6_000), () => instance.clock.wake());
    } else if (what === 2) {
      // Nothing is heard of it any more but what is on its way.
      instance.clock.kill();
      alive.delete(instance);
      await bear();
    } else if (what === 3) {
      redis.isAway = true;
      clock.after(random.below(4_000), () => (redis.isAway = false));
    } else if (what === 4) {
      void instance.release();
      alive.delete(instance);
      await bear();
    } else {
      const number = speeds.push(1 + speeds.length / 1_000) - 1;
      runner()
        ?.setSpeed(speeds[number] as number)
        .then(
          () => (acknowledged = Math.max(acknowledged, number)),
          () => undefined,
        );
    }
  };

  let recovered = 0;
  for (let ms = 0; ms < RUN_MS + QUIET_MS && world.broken === undefined; ms += STEP_MS) {
    if (ms < RUN_MS && random.below(HAPPENS_MS / STEP_MS) === 0) await happen();
    if (ms === RUN_MS) world.isSlow = false;
    if (ms === RUN_MS + RECOVERY_MS) recovered = entriesOf(history, 'tape').length;
    clock.advance(STEP_MS);
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  }

  const tape = entriesOf(history, 'tape');
  const echo = entriesOf(history, 'echo');
  const leading = runner()?.speed;
  if (tape.some((entry, index) => entry !== index)) world.breaks(`the tape lacks or doubles: ${around(tape)}`);
  if (tape.length < recovered + LEAST_ENTRIES) world.breaks(`the tape stands at ${tape.length}`);
  if (echo.some((entry, index) => entry !== index)) world.breaks(`the echo lacks or doubles: ${around(echo)}`);
  if (echo.length < tape.length - 10) world.breaks(`the echo stands at ${echo.length} of ${tape.length}`);
  if (leading === undefined) world.breaks('nobody leads the feed in the end');
  else if (acknowledged >= 0 && leading < (speeds[acknowledged] as number)) {
    world.breaks('a command that was acknowledged is not in force');
  }
  return { broken: world.broken, entries: tape.length, leaders: born };
}

/** A topic's entries as they were stored; a reset begins anew. */
function entriesOf(history: readonly AppendedBatch[], name: string): Json[] {
  const updates = history.flatMap((batch) => batch.updates).filter(({ topic }) => topic === name);
  return updates.flatMap(({ log = [], reset }) => (reset === true ? ['reset', ...log] : log));
}

function around(entries: readonly Json[]): string {
  const at = entries.findIndex((entry, index) => entry !== index);
  return JSON.stringify(entries.slice(Math.max(0, at - 2), at + 4));
}

import { BrokenLaw, law } from './law.ts';
import { randomMix, type Mix, type Step } from './mix.ts';
import { Random } from './random.ts';
import { World } from './world.ts';

const STEPS = 200;
const CALM_STEP_MS = 100;
/** Long enough for every timer there is to have run out twice; what still asks then asks forever. */
const CALM_MS = 8_000;
const QUIET_MS = 3_000;

export interface Outcome {
  readonly seed: number;
  /** The law that was broken; undefined when all held. */
  readonly broken: string | undefined;
  /** What happened, step by step. */
  readonly trace: readonly string[];
}

/** One random schedule, and calm after it. The same seed gives the same run. */
export async function runModel(seed: number, isTraced = false): Promise<Outcome> {
  const random = new Random(seed);
  const mix = randomMix(random);
  const trace: string[] = [];
  try {
    const world = new World(random, mix, isTraced ? (done) => trace.push(done) : () => undefined);
    const pickStep = stepPicker(random, mix);
    for (let count = 0; count < STEPS; count++) {
      world.take(pickStep());
      await settle(world);
    }
    await arrive(world);
  } catch (error) {
    if (error instanceof BrokenLaw) return { seed, broken: error.message, trace };
    // A defect that throws is as bad as a law that breaks.
    const broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, broken, trace };
  }
  return { seed, broken: undefined, trace };
}

async function arrive(world: World): Promise<void> {
  world.calm();
  let [asked, framesSent] = [0, 0];
  for (let passedMs = 0; passedMs < CALM_MS; passedMs += CALM_STEP_MS) {
    // A rejected topic is asked for again when the directory names it.
    if (passedMs === CALM_MS / 2) for (const client of world.clients) client.want([...client.wanted], world.nowMs);
    if (passedMs === CALM_MS - QUIET_MS) ({ asked, framesSent } = world);
    world.goOn(CALM_STEP_MS, passedMs % 1_000 === 0);
    await settle(world);
  }
  law(world.asked === asked, () => 'a client asks forever');
  law(world.framesSent === framesSent, () => 'frames are sent forever, though nothing changes');
  world.checkArrived();
}

/** Lets promises take their turns, when there are any, and looks at what came of it. */
async function settle(world: World): Promise<void> {
  const { store } = world;
  while (store.hasAnswered) {
    store.hasAnswered = false;
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  world.checkInstances();
}

function stepPicker(random: Random, { weights }: Mix): () => Step {
  const entries = Object.entries(weights) as [Step, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return () => {
    let left = random.next() * total;
    return entries.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 'publish';
  };
}

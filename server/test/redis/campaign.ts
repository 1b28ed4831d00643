import type { Update } from '@bigboard/shared/update';
import { StoreError } from '../../src/store/store.ts';
import { Random } from '../model/random.ts';
import { fastClock } from '../support/fast-clock.ts';
import { SeveralStores, type Instance } from '../support/several-stores.ts';

const SPEED = 5;
/** As in earnest: a connection is made anew within half a second, which no clock hastens. */
const PATIENCE_MS = 1_000 * SPEED;
const INSTANCES = 3;
const PRODUCERS = 3;
const STEPS = 80;
const SETTLE_MS = 15_000;

export interface CampaignResult {
  /** What must never happen and did; undefined when all went well. */
  readonly broken: string | undefined;
  readonly epochs: number;
  readonly updates: number;
  /** What was done, and what the instances said. */
  readonly story: readonly string[];
}

/** Sends 1, 2, 3 ... to whichever instance takes them, each again until it is acknowledged. */
class Producer {
  readonly name: string;
  acknowledged = 0;
  sent = 0;
  broken: string | undefined;
  #sending: Promise<unknown> | undefined;
  readonly #pick: () => Instance;

  constructor(name: string, pick: () => Instance) {
    this.name = name;
    this.#pick = pick;
  }

  send(count: number): void {
    this.sent += count;
    this.#sending ??= this.#sendAll()
      .catch((error: unknown) => (this.broken ??= String(error)))
      .then(() => (this.#sending = undefined));
  }

  async settled(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const untilMs = performance.now() + SETTLE_MS;
    while (this.acknowledged < this.sent) {
      if (performance.now() > untilMs) throw new Error(`${this.name}: ${this.sent} is not taken`);
      await this.#attempt(this.acknowledged + 1, this.sent);
    }
  }

  async #attempt(firstId: number, lastId: number): Promise<void> {
    const ids = Array.from({ length: lastId - firstId + 1 }, (_, index) => firstId + index);
    const updates = ids.map((id): Update => ({ topic: this.name, time: id, fields: { id }, log: [id] }));
    const batch = { producer: this.name, updates, numbering: { firstId, lastId, ids }, checkpoint: lastId };
    try {
      await this.#pick().store.append('markets', batch);
      this.acknowledged = lastId;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'out_of_order') throw new Error(`${this.name}: ${firstId - 1} was acknowledged and is lost`);
      await pause(20);
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Everything that can happen, in an order that the seed says; then all is mended, and must be one log again. */
export async function runCampaign(seed: number): Promise<CampaignResult> {
  const random = new Random(seed);
  const stores = await SeveralStores.start(() => random.between(0, 999) / 1_000, PATIENCE_MS, fastClock(SPEED));
  try {
    return await play(random, stores);
  } finally {
    await stores[Symbol.asyncDispose]();
  }
}

async function play(random: Random, stores: SeveralStores): Promise<CampaignResult> {
  // An instance that dies with what Redis forgets in the same moment takes it with it: one or the other.
  const losesData = random.chance(0.6);
  const story: string[] = [];
  const startedMs = performance.now();
  const tell = (...words: unknown[]) =>
    void story.push(
      `${Math.round(performance.now() - startedMs)} ${words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ')}`,
    );
  const readers: { readonly name: string; readonly seen: ReadonlyMap<string, string>; readonly errors: string[] }[] =
    [];
  const open = async (index: number) => {
    const instance = await stores.open(`i${index}`, tell);
    readers.push({ name: instance.name, ...instance.reader });
    return instance;
  };
  for (let index = 0; index < INSTANCES; index++) await open(index);
  const all = () => [...stores.instances.values()];
  stores.bus.habits = { lost: random.pick([0, 0.1, 0.5, 1]), delayMs: random.pick([0, 5, 60]) };
  const producers = Array.from(
    { length: PRODUCERS },
    (_, index) => new Producer(`p${index}`, () => random.pick(all())),
  );
  const mend = () => {
    for (const { name, link } of all()) {
      link.mend();
      stores.bus.join(name);
    }
  };
  // What only one knows who cannot be reached either is lost: no way of working together brings that back.
  const lose = async (deed: () => unknown) => {
    mend();
    await deed();
  };
  let copy: string | undefined;
  const deeds: readonly (readonly [name: string, weight: number, deed: () => unknown])[] = [
    ['send', 12, () => random.pick(producers).send(random.between(1, 4))],
    ['pause', 3, () => pause(random.between(1, 120))],
    ['cut', 2, () => random.pick(all()).link.cut()],
    ['stall', 1, () => random.pick(all()).link.stall()],
    ['cut bus', 2, () => stores.bus.cut(random.pick(all()).name)],
    ['mend', 4, mend],
    ['kill links', 0.5, () => stores.redis.command('CLIENT', 'KILL', 'TYPE', 'normal')],
    ['restart', 0.5, () => stores.redis.kill().then(() => stores.redis.start())],
    ['wipe', losesData ? 0.5 : 0, () => lose(() => stores.redis.restartEmpty())],
    ['flush', losesData ? 0.5 : 0, () => lose(() => stores.redis.command('FLUSHALL'))],
    ['copy', losesData ? 0.5 : 0, async () => (copy = await stores.redis.copyFiles())],
    ['restore', losesData ? 1 : 0, () => lose(() => (copy === undefined ? undefined : stores.redis.restartFrom(copy)))],
    [
      'kill',
      losesData ? 0 : 1,
      async () => {
        mend();
        await stores.kill(random.pick(all()));
        await open(INSTANCES + readers.length);
      },
    ],
  ];
  const total = deeds.reduce((sum, [, weight]) => sum + weight, 0);
  const judge = (): string | undefined => {
    const errors = readers.flatMap((reader) => reader.errors.map((error) => `${reader.name}: ${error}`));
    return errors[0] ?? producers.find(({ broken: lost }) => lost !== undefined)?.broken ?? contradiction(readers);
  };
  let broken: string | undefined;
  try {
    for (let step = 0; step < STEPS && broken === undefined; step++) {
      let choice = (random.between(0, 9_999) / 10_000) * total;
      const [name, , deed] = deeds.find(([, weight]) => (choice -= weight) < 0) ?? ['nothing', 0, () => undefined];
      tell(name);
      await deed();
      broken = judge();
    }
    mend();
    for (const producer of producers) await producer.settled();
    broken ??= judge();
    broken ??= await settle(stores, producers, () => open(99));
    broken ??= judge();
  } catch (error) {
    broken ??= String(error);
  }
  const epochs = new Set(readers.flatMap(({ seen }) => [...seen.keys()].map((key) => key.split(' ')[0]))).size;
  return { broken, epochs, story, updates: producers.reduce((sum, { acknowledged }) => sum + acknowledged, 0) };
}

/** Two contents of one number in one epoch. */
function contradiction(readers: readonly { readonly name: string; readonly seen: ReadonlyMap<string, string> }[]) {
  const known = new Map<string, string>();
  for (const { name, seen } of readers) {
    for (const [place, text] of seen) {
      const other = known.get(place);
      if (other !== undefined && other !== text) return `${place} is ${text} to ${name}, and ${other} to another`;
      known.set(place, text);
    }
  }
  return undefined;
}

/** All are the same, the same as what one loads that just started, and have what was acknowledged once and in order. */
async function settle(
  stores: SeveralStores,
  producers: readonly Producer[],
  open: () => Promise<Instance>,
): Promise<string | undefined> {
  const untilMs = performance.now() + SETTLE_MS;
  const late = await open();
  for (;;) {
    const texts: string[] = [];
    for (const { store } of stores.instances.values()) {
      const state = await store.load('markets');
      const documents = [...state.documents].sort((a, b) => (a.topic < b.topic ? -1 : 1));
      texts.push(store.failure ?? JSON.stringify({ ...state, documents }));
    }
    if (new Set(texts).size === 1 && late.store.failure === undefined) break;
    if (performance.now() > untilMs) return `they stay apart: ${texts.map((text) => text.slice(0, 300)).join('\n')}`;
    await pause(20);
  }
  const { documents } = await late.store.load('markets');
  for (const { name, sent } of producers) {
    const values = documents.find(({ topic }) => topic === name)?.log.map(([, , value]) => value) ?? [];
    const wanted = Array.from({ length: sent }, (_, index) => index + 1);
    if (JSON.stringify(values) !== JSON.stringify(wanted))
      return `${name} sent ${sent} and has ${JSON.stringify(values)}`;
    if (sent === 0) continue;
    const state = await late.store.producer('markets', name);
    if (state.lastId !== sent || state.checkpoint !== sent)
      return `${name} sent ${sent} and is at ${JSON.stringify(state)}`;
  }
  return undefined;
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { EditedSources } from '../support/edited-sources.ts';
import { loadModel } from './load-model.ts';

/** `SEED=123` runs one schedule and prints it; `BIGBOARD_LONG=1` runs many more. */
const { SEED, BIGBOARD_LONG } = process.env;
const RUNS = BIGBOARD_LONG ? 20_000 : 1_000;
const FIRST_SEED = 1;

let sources: EditedSources;
beforeAll(async () => {
  sources = await EditedSources.open();
});
afterAll(() => sources.close());

test(`whatever happens, no law is broken`, { timeout: 30 * 60_000 }, async () => {
  const { runModel } = await loadModel(sources);
  const seeds = SEED === undefined ? Array.from({ length: RUNS }, (_, index) => FIRST_SEED + index) : [Number(SEED)];
  for (const seed of seeds) {
    const { broken } = await runModel(seed);
    if (broken === undefined && SEED === undefined) continue;
    const { trace } = await runModel(seed, true);
    console.log(`${trace.join('\n')}\nSEED=${seed}: ${broken ?? 'nothing broken'}`);
    expect(broken, `run again with SEED=${seed}`).toBeUndefined();
  }
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { EditedSources } from '../support/edited-sources.ts';
import { loadModel } from './load-model.ts';
import { LOG_MUTANTS } from './log-mutants.ts';
import { READER_MUTANTS } from './reader-mutants.ts';

/** A model that a broken rule does not break would prove nothing. */
const LONG = Boolean(process.env['BIGBOARD_LONG']);
const SEEDS = LONG ? 3_000 : 500;
/** What is called insurance has to hold for so many; in a rare run of thousands it may be all there is. */
const INSURED_SEEDS = 50;

const table: string[] = [];
let sources: EditedSources;
beforeAll(async () => {
  sources = await EditedSources.open();
});
afterAll(async () => {
  await sources.close();
  console.log(table.join('\n'));
});

test.each([...READER_MUTANTS, ...LOG_MUTANTS])(
  'rule $rule, without: $without',
  { timeout: 10 * 60_000 },
  async (mutant) => {
    const { runModel } = await loadModel(sources, mutant.edits);
    const { rule, without, insures } = mutant;
    const most = insures === undefined ? SEEDS : INSURED_SEEDS;
    let seed = 0;
    let broken: string | undefined;
    while (broken === undefined && seed < most) broken = (await runModel(++seed)).broken;
    const found =
      broken === undefined ? `insurance for ${insures}` : `seed ${seed}: ${broken.split('\n')[0]?.slice(0, 80)}`;
    table.push(`${rule.padEnd(9)}${without.padEnd(72)}${found}`);
    if (insures === undefined) expect(broken, `no law of ${most} runs broke`).toBeDefined();
    else expect(broken, `more than insurance: it breaks with SEED=${seed}`).toBeUndefined();
  },
);

import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';

const LONG = Boolean(process.env['BIGBOARD_LONG']);
const SEEDS = LONG ? 100 : 5;

test(
  `instances that are cut off, over a Redis that dies and forgets, end as one log`,
  { timeout: 30 * 60_000 },
  async () => {
    const only = process.env['SEED'];
    const first = only === undefined ? 1 : Number(only);
    const last = only === undefined ? SEEDS : first;
    const lines: string[] = [];
    for (let seed = first; seed <= last; seed++) {
      const { broken, epochs, updates, story } = await runCampaign(seed);
      lines.push(`seed ${seed}: ${updates} updates in ${epochs} epochs`);
      if (broken !== undefined) console.log(story.join('\n'));
      expect(broken, `again with SEED=${seed}`).toBeUndefined();
    }
    console.log(lines.join('\n'));
  },
);

import { expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';

const LONG = Boolean(process.env['BIGBOARD_LONG']);
const KILLS = LONG ? 200 : 10;
const ROWS_PER_SECOND = 5_000;
/** `SEED=7 npm test -- kill.test` kills at other moments. */
const SEED = Number(process.env['SEED'] ?? 1);

it(
  `loses nothing, doubles nothing and shows nothing twice, killed ${KILLS} times under ${ROWS_PER_SECOND} rows a second`,
  {
    timeout: 60 * 60_000,
  },
  async () => {
    const result = await runCampaign({ seed: SEED, kills: KILLS, rowsPerSecond: ROWS_PER_SECOND });
    console.log(`SEED=${SEED}: ${JSON.stringify({ ...result, violations: result.violations.length })}`);
    expect(result.violations).toEqual([]);
    // A server to which nothing was pushed would have lost nothing either.
    expect(result.acknowledged).toBeGreaterThan(KILLS * 500);
    expect(result.witnessed).toBeGreaterThan(KILLS * 100);
  },
);

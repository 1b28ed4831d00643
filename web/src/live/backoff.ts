const FIRST_MS = 500;
const MOST_MS = 10_000;

/**
 * How long to wait before try number `attempt` (1 is the first after a loss): doubling, and anywhere in the upper half of
 * that, so that a thousand boards do not come back to a restarted server in the same instant.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(most * (0.5 + random() / 2));
}

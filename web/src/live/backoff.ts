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

/**
 * How long to wait before the next try when the server has said when to come back. Its moment counts from when it said so:
 * a server that stops closes each connection at about the time it has told it.
 * @param toldAtMs the moment it named; undefined when it named none
 */
export function retryDelayMs(
  attempt: number,
  toldAtMs: number | undefined,
  nowMs: number,
  random?: () => number,
): number {
  const heldMs = toldAtMs === undefined ? 0 : Math.max(0, toldAtMs - nowMs);
  return heldMs + backoffMs(attempt, random);
}

/** `Group E` -> `E`; undefined of any other stage. */
export function groupOf(stage: string): string | undefined {
  return /^group ([a-z0-9]+)$/i.exec(stage.trim())?.[1]?.toUpperCase();
}

/** After the rounds that count their teams, in the order they are played; sources write them in several ways. */
const ROUNDS = [/quarter-?\s?final/i, /semi-?\s?final/i, /third|3rd/i, /\bfinal$/i];

/** The place of a knock-out round among the rounds: later ones are greater. Undefined of a stage that is none. */
export function roundOf(stage: string): number | undefined {
  const teams = /^round of (\d+)$/i.exec(stage.trim())?.[1];
  if (teams !== undefined) return -Number(teams);
  const index = ROUNDS.findIndex((pattern) => pattern.test(stage.trim()));
  return index < 0 ? undefined : index;
}

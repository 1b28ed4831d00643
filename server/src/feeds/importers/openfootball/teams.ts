/** How the 32 sides of 2022 are written: FIFA's three letters, and the country for a flag. */
export interface TeamCodes {
  readonly code: string;
  /** ISO 3166-1 alpha-2, or `gb-eng` and its like. */
  readonly country: string;
}

const TEAM_CODES: ReadonlyMap<string, TeamCodes> = new Map([
  ['Argentina', { code: 'ARG', country: 'ar' }],
  ['Australia', { code: 'AUS', country: 'au' }],
  ['Belgium', { code: 'BEL', country: 'be' }],
  ['Brazil', { code: 'BRA', country: 'br' }],
  ['Cameroon', { code: 'CMR', country: 'cm' }],
  ['Canada', { code: 'CAN', country: 'ca' }],
  ['Costa Rica', { code: 'CRC', country: 'cr' }],
  ['Croatia', { code: 'CRO', country: 'hr' }],
  ['Denmark', { code: 'DEN', country: 'dk' }],
  ['Ecuador', { code: 'ECU', country: 'ec' }],
  ['England', { code: 'ENG', country: 'gb-eng' }],
  ['France', { code: 'FRA', country: 'fr' }],
  ['Germany', { code: 'GER', country: 'de' }],
  ['Ghana', { code: 'GHA', country: 'gh' }],
  ['Iran', { code: 'IRN', country: 'ir' }],
  ['Japan', { code: 'JPN', country: 'jp' }],
  ['Mexico', { code: 'MEX', country: 'mx' }],
  ['Morocco', { code: 'MAR', country: 'ma' }],
  ['Netherlands', { code: 'NED', country: 'nl' }],
  ['Poland', { code: 'POL', country: 'pl' }],
  ['Portugal', { code: 'POR', country: 'pt' }],
  ['Qatar', { code: 'QAT', country: 'qa' }],
  ['Saudi Arabia', { code: 'KSA', country: 'sa' }],
  ['Senegal', { code: 'SEN', country: 'sn' }],
  ['Serbia', { code: 'SRB', country: 'rs' }],
  ['South Korea', { code: 'KOR', country: 'kr' }],
  ['Spain', { code: 'ESP', country: 'es' }],
  ['Switzerland', { code: 'SUI', country: 'ch' }],
  ['Tunisia', { code: 'TUN', country: 'tn' }],
  ['USA', { code: 'USA', country: 'us' }],
  ['Uruguay', { code: 'URU', country: 'uy' }],
  ['Wales', { code: 'WAL', country: 'gb-wls' }],
]);

/** @throws Error when the source names a side that is not in the table: it would have no flag and no id */
export function findTeamCodes(name: string): TeamCodes {
  const codes = TEAM_CODES.get(name);
  if (codes === undefined) throw new Error(`no codes for the team ${name}`);
  return codes;
}

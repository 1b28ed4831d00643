import { z } from 'zod';

/** The topic kinds of `/sports`. */

export const SIDES = ['home', 'away'] as const;
export const sideSchema = z.enum(SIDES);
export type Side = z.infer<typeof sideSchema>;

/** A pair of non-negative integers, home first. */
export const scoreSchema = z.object({ home: z.number().int().min(0), away: z.number().int().min(0) });
export type Score = z.infer<typeof scoreSchema>;

export const teamSchema = z.object({
  name: z.string(),
  /** Three letters, as FIFA writes them. */
  code: z.string(),
  /** ISO 3166-1 alpha-2, or `gb-eng` and its like; absent when the team stands for no country. */
  country: z.string().optional(),
  /** Shirt order of the source; absent when the source has none. */
  lineup: z.array(z.string()).optional(),
});
export type Team = z.infer<typeof teamSchema>;

export const MATCH_STATUSES = ['scheduled', 'live', 'finished'] as const;
export const matchStatusSchema = z.enum(MATCH_STATUSES);
export type MatchStatus = z.infer<typeof matchStatusSchema>;

/** `1H` and `2H` the halves, `HT` half-time, `ET1` `ETHT` `ET2` extra time, `PENS` the shoot-out, `FT` full time. */
export const PERIODS = ['pre', '1H', 'HT', '2H', 'break', 'ET1', 'ETHT', 'ET2', 'PENS', 'FT'] as const;
export const periodSchema = z.enum(PERIODS);
export type Period = z.infer<typeof periodSchema>;

/**
 * The clock as an anchor: at stream time `atTimeMs` the match had been played for `elapsedSeconds`, of which `baseMinute`
 * is where the period's regular time ends (45, 90, 105, 120; later minutes are written `45+2`). It ticks while `running`.
 */
export const clockSchema = z.object({
  atTimeMs: z.number().int(),
  elapsedSeconds: z.number().min(0),
  running: z.boolean(),
  baseMinute: z.number().int(),
});
export type Clock = z.infer<typeof clockSchema>;

/** `match:ID` */
export const matchSchema = z.object({
  sport: z.string(),
  competition: z.string(),
  /** `Group E`, `Round of 16`, `Final` ... */
  stage: z.string(),
  ground: z.string().optional(),
  /** The real kick-off, milliseconds since 1970 UTC. */
  kickoff: z.number().int(),
  /** Stream time of the staged kick-off, when the recording is staged. */
  stagedKickoff: z.number().int().optional(),
  home: teamSchema,
  away: teamSchema,
  status: matchStatusSchema,
  period: periodSchema,
  clock: clockSchema,
  score: scoreSchema,
  /** Kicks scored in the shoot-out; absent before one. */
  shootout: scoreSchema.optional(),
  /** Per side; only what the source has. */
  stats: z.record(z.string(), z.object({ home: z.number(), away: z.number() })).optional(),
});
export type Match = z.infer<typeof matchSchema>;

/** When in the match: whole minutes as written (1 is the first minute), stoppage apart: `90+4` is `{minute: 90, stoppage: 4}`. */
const momentSchema = z.object({ minute: z.number().int().min(0), stoppage: z.number().int().min(0).optional() });

/**
 * An entry of `match:ID`'s timeline. `side` is the side that benefits, so an own goal carries the other side's player.
 * `score` and `shootout` stand as they are after the event.
 */
export const matchEventSchema = z.discriminatedUnion('type', [
  momentSchema.extend({ type: z.literal('period'), period: periodSchema }),
  momentSchema.extend({
    type: z.literal('goal'),
    side: sideSchema,
    player: z.string(),
    ownGoal: z.literal(true).optional(),
    penalty: z.literal(true).optional(),
    score: scoreSchema,
  }),
  momentSchema.extend({
    type: z.literal('card'),
    side: sideSchema,
    player: z.string(),
    card: z.enum(['yellow', 'second_yellow', 'red']),
  }),
  momentSchema.extend({ type: z.literal('substitution'), side: sideSchema, off: z.string(), on: z.string() }),
  momentSchema.extend({
    type: z.literal('kick'),
    side: sideSchema,
    player: z.string(),
    scored: z.boolean(),
    shootout: scoreSchema,
  }),
]);
export type MatchEvent = z.infer<typeof matchEventSchema>;

/** The chances of the three ends of the match, each 0..1, together 1. In a knock-out `draw` is 0 and they speak of advancing. */
export const chancesSchema = z.object({ home: z.number(), draw: z.number(), away: z.number() });
export type Chances = z.infer<typeof chancesSchema>;

/** An entry of `winprob:ID`; `cause` names the event that moved it. */
export const winProbabilityEntrySchema = chancesSchema.extend({
  minute: z.number(),
  period: periodSchema,
  cause: z
    .object({
      type: z.enum(['goal', 'card', 'kick']),
      side: sideSchema,
      player: z.string(),
      minute: z.number(),
      stoppage: z.number().optional(),
    })
    .optional(),
});
export type WinProbabilityEntry = z.infer<typeof winProbabilityEntrySchema>;

/** `winprob:ID`: the fields are the newest chances and the model's name. */
export const winProbabilitySchema = chancesSchema.extend({ model: z.string(), knockout: z.boolean() });
export type WinProbability = z.infer<typeof winProbabilitySchema>;

/** One field of `scores`, named by the match's id: what a card needs. */
export const scoreCardSchema = z.object({
  stage: z.string(),
  kickoff: z.number().int(),
  stagedKickoff: z.number().int().optional(),
  home: z.object({ name: z.string(), code: z.string(), country: z.string().optional() }),
  away: z.object({ name: z.string(), code: z.string(), country: z.string().optional() }),
  status: matchStatusSchema,
  period: periodSchema,
  clock: clockSchema,
  score: scoreSchema,
  shootout: scoreSchema.optional(),
  chances: chancesSchema.optional(),
  /** The newest goal, kick or sending-off. */
  lastEvent: matchEventSchema.optional(),
  /** Stream time of that event. */
  lastEventTimeMs: z.number().int().optional(),
});
export type ScoreCard = z.infer<typeof scoreCardSchema>;

export const tableRowSchema = z.object({
  team: z.string(),
  code: z.string(),
  country: z.string().optional(),
  played: z.number().int(),
  won: z.number().int(),
  drawn: z.number().int(),
  lost: z.number().int(),
  goalsFor: z.number().int(),
  goalsAgainst: z.number().int(),
  points: z.number().int(),
  /** Places gained (positive) or lost by the matches in play, against the table of finished matches alone. */
  moved: z.number().int(),
  /** True while a match of this team is in play. */
  inPlay: z.boolean(),
});
export type TableRow = z.infer<typeof tableRowSchema>;

/** A tie of a knock-out round; `winner` once it is decided. */
export const tieSchema = z.object({
  match: z.string(),
  stage: z.string(),
  home: z.string(),
  away: z.string(),
  status: matchStatusSchema,
  score: scoreSchema,
  shootout: scoreSchema.optional(),
  winner: sideSchema.optional(),
});
export type Tie = z.infer<typeof tieSchema>;

/** `table:COMPETITION`: a group has `rows` as it stands, best first; the knock-out rounds have `ties`. */
export const tableSchema = z.object({
  title: z.string(),
  /** Places above the cut line; absent in a bracket. */
  qualifiers: z.number().int().optional(),
  rows: z.array(tableRowSchema).optional(),
  ties: z.array(tieSchema).optional(),
});
export type Table = z.infer<typeof tableSchema>;

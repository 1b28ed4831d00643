import { z } from 'zod';

/** One match a line, as the timelines converted from openfootball/worldcup's `YEAR_full.txt` have it. */
const teamNumberSchema = z.union([z.literal(1), z.literal(2)]);
const momentSchema = z.object({
  team: teamNumberSchema,
  minute: z.number().int().min(1),
  stoppage: z.number().int().min(1).optional(),
});

const sourceEventSchema = z.discriminatedUnion('type', [
  momentSchema.extend({
    /** For a goal, `team` is the side that benefits. */
    type: z.literal('goal'),
    player: z.string(),
    own_goal: z.boolean().optional(),
    penalty: z.boolean().optional(),
  }),
  momentSchema.extend({ type: z.enum(['yellow', 'second_yellow', 'red']), player: z.string() }),
  momentSchema.extend({ type: z.literal('sub'), player_out: z.string(), player_in: z.string() }),
]);
export type SourceEvent = z.infer<typeof sourceEventSchema>;

const pairSchema = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

const sourceKickSchema = z.object({ player: z.string(), scored: z.boolean() });
/** A kick of a shoot-out. The source does not say whose it is: look for the man among those who played. */
export type SourceKick = z.infer<typeof sourceKickSchema>;

const sourceMatchSchema = z.object({
  stage: z.string(),
  group: z.string().nullable(),
  date: z.iso.date(),
  time: z.string().regex(/^\d\d:\d\d$/),
  tz: z.string().regex(/^UTC[+-]\d{1,2}$/),
  ground: z.string(),
  team1: z.string(),
  team2: z.string(),
  /** After extra time, where there was one. */
  score: pairSchema,
  extra_time: z.boolean().optional(),
  pens: pairSchema.optional(),
  /** In the order they were taken. */
  shootout: z.array(sourceKickSchema).optional(),
  lineup1: z.array(z.string()),
  lineup2: z.array(z.string()),
  events: z.array(sourceEventSchema),
});

export type SourceMatch = z.infer<typeof sourceMatchSchema> & {
  /** Milliseconds since 1970 UTC. */
  readonly kickoffMs: number;
};

/**
 * The matches in order of their kick-off; those at the same instant in the order of the file.
 * @throws Error naming the line that is not a match
 */
export function readMatches(jsonLines: string): SourceMatch[] {
  const matches: SourceMatch[] = [];
  for (const [index, line] of jsonLines.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const match = sourceMatchSchema.parse(JSON.parse(line));
      matches.push({ ...match, kickoffMs: kickoffTime(match) });
    } catch (cause) {
      throw new Error(`line ${index + 1}: not a match of openfootball's timeline`, { cause });
    }
  }
  return matches.sort((a, b) => a.kickoffMs - b.kickoffMs);
}

function kickoffTime({ date, time, tz }: z.infer<typeof sourceMatchSchema>): number {
  const hours = Number(tz.slice('UTC'.length));
  return Date.parse(`${date}T${time}:00Z`) - hours * 3_600_000;
}

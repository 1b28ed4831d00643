import type { Seq } from '@bigboard/shared/position';
import { winProbabilityEntrySchema } from '@bigboard/shared/sport';
import { correctedBy, type TopicDocument } from '@bigboard/shared/topic-document';
import { readTimeline } from './folded-topics.ts';
import { valuesUntil } from './values-until.ts';
import { causeOf, ChanceLine, type LineState } from './win-probability-line.ts';
import { FollowedMatch, UNBEGUN, type FollowedMatchState } from './win-probability-match.ts';

/**
 * A match as its documents have it now. If it has begun, the line goes on from what the match says of itself; its past
 * stays as it has been told.
 * @param own its line's topic
 */
export function recallMatch(
  id: string,
  match: TopicDocument | undefined,
  own: TopicDocument | undefined,
): FollowedMatchState {
  const nothing: FollowedMatchState = { id, producer: '', fields: {}, lastEntry: 0, unfollowed: [], gone: [] };
  if (match === undefined || match.removed) return nothing;
  const { lastEntry, log } = match;
  const recalled: FollowedMatchState = { ...nothing, fields: match.values(), lastEntry };
  if (own === undefined || !hasLine(own)) return { ...recalled, unfollowed: log.map(({ n, entry }) => [n, entry]) };
  const line = recallLine(recalled, match, own);
  return line === undefined ? recalled : { ...recalled, line };
}

/**
 * A match as it was at `seq`, when there was nothing particular about it: if it was told of at all, it was whole and had
 * not begun. So what has been overwritten since is known all the same. Of one finished long ago the newest will do.
 */
export function recallUnremarked(
  id: string,
  match: TopicDocument | undefined,
  own: TopicDocument | undefined,
  seq: Seq,
): FollowedMatchState {
  if (own === undefined || own.removed) return recallMatch(id, undefined, own);
  if (hasLine(own)) return recallMatch(id, match, own);
  const settled = match === undefined ? {} : valuesUntil(match, seq);
  // All that a stage says to the chances is whether it is a knock-out.
  const stage = own.value('knockout') === true ? 'Final' : 'Group';
  return { ...recallMatch(id, undefined, own), fields: { ...UNBEGUN, stage, ...settled } };
}

function hasLine(own: TopicDocument): boolean {
  return own.log.length > 0;
}

function recallLine(recalled: FollowedMatchState, match: TopicDocument, own: TopicDocument): LineState | undefined {
  const unbegun = { ...new ChanceLine(false).state(), causes: pairCauses(match, own) };
  const followed = FollowedMatch.restore({ ...recalled, line: unbegun }, own);
  followed.agree(match.time);
  const { line } = followed.state();
  const newest = own.log.findLast(({ entry }) => correctedBy(entry) === undefined);
  const minute = winProbabilityEntrySchema.safeParse(newest?.entry).data?.minute;
  return line && { ...line, minute: minute ?? line.minute };
}

/** Which entry told of which event: the first that says the same. */
function pairCauses(match: TopicDocument, own: TopicDocument): LineState['causes'] {
  const events = readTimeline(match).map(({ n, event }) => ({ n, text: JSON.stringify(causeOf(event)) }));
  const causes: LineState['causes'] = [];
  for (const { n, entry } of own.log) {
    const cause = correctedBy(entry) === undefined ? winProbabilityEntrySchema.safeParse(entry).data?.cause : undefined;
    if (cause === undefined) continue;
    const { type, side, player, minute, stoppage } = cause;
    const text = JSON.stringify({ type, side, player, minute, ...(stoppage === undefined ? {} : { stoppage }) });
    const event = events.find((one) => one.text === text);
    if (event === undefined) continue;
    events.splice(events.indexOf(event), 1);
    causes.push([event.n, n]);
  }
  return causes;
}

import { edit, type Edit } from '../support/edited-sources.ts';

/** The code with one rule left out. */
export interface Mutant {
  /** The number of the rule in PROTOCOL.md, or what else it belongs to. */
  readonly rule: string;
  readonly without: string;
  readonly edits: readonly Edit[];
  /** Nothing breaks without it alone: the rule it stands in for, should that one fail. */
  readonly insures?: string;
}

const REPLICA = 'shared/src/replica.ts';
const AUDIENCE = 'server/src/hub/audience.ts';
const COHORT = 'server/src/hub/cohort.ts';
const COHORTS = 'server/src/hub/cohorts.ts';
const FAN_OUT = 'server/src/hub/fan-out.ts';
const PIECES = 'server/src/hub/pieces.ts';
const HUB = 'server/src/hub/hub.ts';

const NAMES_NEW_TOPICS = edit(
  REPLICA,
  'const alike = resumable.length > 0 ? ',
  'const alike = resumable.length > 9 ? ',
);
const TAKES_PARTIAL = edit(
  REPLICA,
  'position !== undefined && delta !== undefined && this.#isComplete(copy)',
  'position !== undefined && delta !== undefined',
);
const ADDS_TO_NOTHING = edit(REPLICA, 'if (!this.#isComplete(copy)) {', 'if (copy.document === undefined) {');
const NAMES_ALL_NUMBERS = edit(REPLICA, 'resumable.filter(([, copy]) => copy.seq === seq)', 'resumable');
const TAKES_ANY_RESET = edit(REPLICA, 'isFurther !== isReset)', 'isFurther || isReset)');
const SHARES_RESETS = edit(FAN_OUT, ' || !this.#since(sentTo).isFull)', ' || sentTo >= 0)');
const BEATS_FIRST = edit(FAN_OUT, 'if (reader.epoch !== hub.epoch) continue;', '');
const IGNORES_EPOCH_OF_BEAT = edit(REPLICA, '    this.#epoch = epoch;\n    for', '    for');
const FORGETS_EPOCH_OF_FRAME = edit(FAN_OUT, 'since === SINCE_NOTHING ? `,"epoch"', 'since === -9 ? `,"epoch"');
const SENDS_TO_THE_BEHIND = edit(FAN_OUT, 'revision || reader.link.isBehind()) {', 'revision) {');
const MAKES_FRAMES_FOR_THE_BEHIND = edit(
  FAN_OUT,
  'now.monotonicMs) || reader.link.isBehind()) {',
  'now.monotonicMs)) {',
);
/** Each rule left out alone, and with what insures it where nothing breaks then. */
export const READER_MUTANTS: readonly Mutant[] = [
  {
    rule: '1',
    without: 'frames speak for held topics only',
    edits: [
      edit(
        REPLICA,
        "if (copy.state === 'held') this.#advance(topic, copy, deltas.get(topic), frame",
        'this.#advance(topic, copy, deltas.get(topic), frame',
      ),
    ],
  },
  {
    rule: '1',
    without: 'beats speak for held topics only',
    edits: [edit(REPLICA, "if (copy.state !== 'held') continue;", '')],
  },
  {
    rule: '1',
    without: 'the position is the smallest number of the held topics',
    edits: [edit(REPLICA, 'seq: Math.min(...held', 'seq: Math.max(...held')],
  },
  {
    rule: '2',
    without: 'an ack carries what changed of the other held topics',
    edits: [edit(AUDIENCE, 'if (!accepted.has(topic) && hasChanged', 'if (!accepted.size && hasChanged')],
  },
  {
    rule: '2',
    without: 'an ack raises the other held topics',
    edits: [
      edit(
        REPLICA,
        "if (copy.state === 'held' && !named.has(topic))",
        "if (copy.state === 'held' && named.size === 0)",
      ),
    ],
  },
  {
    rule: '2',
    without: 'an ack begins at the last `to` sent',
    edits: [edit(AUDIENCE, 'return isTold ? reader.sentTo : 0;', 'return Math.max(since, reader.sentTo + 1);')],
  },
  {
    rule: '2',
    without: 'each accepted topic has a delta',
    edits: [
      edit(
        AUDIENCE,
        'for (const topic of accepted) deltas.push(',
        'for (const topic of accepted) if (hasChanged(hub, topic, since)) deltas.push(',
      ),
    ],
  },
  {
    rule: '2',
    without: 'an ack counts as sent',
    edits: [edit(AUDIENCE, 'reader.moveTo(hub.seq);', '')],
  },
  {
    rule: '2',
    without: 'a copy ahead of the ack keeps its state',
    edits: [edit(REPLICA, 'if (this.#isComplete(copy) && copy.seq > to) {', 'if (copy.seq > to && to < 0) {')],
    insures: 'rule 4: what ends at or before the copy is ignored',
  },
  {
    rule: '3',
    without: 'a position speaks only for topics complete at it',
    edits: [NAMES_NEW_TOPICS],
  },
  {
    rule: '3',
    without: 'a partial delta for a topic that is not complete is dropped',
    edits: [TAKES_PARTIAL, ADDS_TO_NOTHING],
  },
  {
    rule: '3',
    without: 'a call names only topics that stand at the same number',
    edits: [NAMES_ALL_NUMBERS],
  },
  {
    rule: '4',
    without: '`to` passes what was sent only if nothing changed in between',
    edits: [edit(FAN_OUT, 'if (cohorts.lacks(reader, cohort)) {\n        //', 'if (hub.seq < 0) {\n        //')],
  },
  {
    rule: '4',
    without: '`from` is never above the last `to` sent',
    edits: [edit(FAN_OUT, 'const from = Math.max(since, 0);', 'const from = since < 0 ? 0 : since + 1;')],
  },
  {
    rule: '4',
    without: 'what ends at or before the copy is ignored',
    edits: [edit(REPLICA, '} else if (to > copy.seq) {', '} else {')],
  },
  {
    rule: '4',
    without: 'what begins after the copy is a gap',
    edits: [edit(REPLICA, 'isFurther !== isReset)', '!isFurther || !isReset)')],
  },
  {
    rule: '4',
    without: 'a gap is asked for',
    edits: [edit(REPLICA, "(state === 'held' && gap)", "(state === 'held' && gap && gap !== gap)")],
  },
  {
    rule: '4',
    without: 'a reset closes a gap',
    edits: [edit(REPLICA, 'isFurther !== isReset)', '(isFurther && !isReset))')],
    insures: 'rule 4: a gap is asked for',
  },
  {
    rule: '4',
    without: 'only a reset closes a gap',
    edits: [edit(REPLICA, 'isFurther !== isReset)', '(isFurther ? !isReset : delta?.[4] !== undefined))')],
    insures: 'what replica.test.ts shows; too rare for random runs',
  },
  {
    rule: '4',
    without: 'one request in flight',
    edits: [edit(REPLICA, '|| this.#inFlight !== undefined) return undefined', ') return undefined')],
  },
  {
    rule: '4',
    without: 'a reset that the copy may have had is a gap',
    edits: [TAKES_ANY_RESET],
  },
  {
    rule: '4',
    without: 'an answer overtaken by a frame begins at its position',
    edits: [
      edit(
        REPLICA,
        'this.#advance(topic, copy, delta, position.epoch === this.#epoch ? position.seq : SINCE_NOTHING, to);',
        'this.#add(topic, copy, delta, to);',
      ),
    ],
  },
  {
    rule: '4',
    without: 'time is followed when nothing else changed',
    edits: [edit(REPLICA, 'delta[1] === copy.document.time && ', '')],
  },
  {
    rule: '5',
    without: 'a shared frame goes only to readers sent up to its beginning',
    edits: [edit(FAN_OUT, ' && reader.sentTo >= cohort.sentTo;', ';')],
  },
  {
    rule: '5',
    without: 'a shared frame with a reset goes only to readers at its beginning',
    edits: [SHARES_RESETS],
  },
  {
    rule: '5',
    without: 'the beginning of a shared frame is what its own cohort was sent',
    edits: [edit(FAN_OUT, '    if (!isShared) return;\n', '')],
  },
  {
    rule: '5',
    without: 'a later phase skips a reader that changed',
    edits: [edit(FAN_OUT, 'if (reader.revision !== revision || reader', 'if (reader')],
  },
  {
    rule: '5',
    without: '`to` is fixed when a flush begins',
    edits: [edit(FAN_OUT, 'reader.moveTo(to);', 'reader.moveTo(hub.seq);')],
  },
  {
    rule: '5',
    without: 'a skipped reader stays due',
    edits: [edit(FAN_OUT, 'cohorts.look(reader);\n      return false;', 'return false;'), MAKES_FRAMES_FOR_THE_BEHIND],
  },
  {
    rule: '5',
    without: 'a paced reader stays due',
    edits: [edit(FAN_OUT, '        cohort.due.add(reader);\n', '')],
    insures: 'rule 5: a skipped reader stays due',
  },
  {
    rule: '5',
    without: 'a reader that changes its topics or pace stays due',
    edits: [edit(COHORTS, '    reader.cohort = cohort;\n    this.look(reader);', '    reader.cohort = cohort;')],
  },
  {
    rule: '5',
    without: 'who is due is looked at even when nothing new comes',
    edits: [edit(FAN_OUT, 'this.#audience.cohorts.pending.size > 0 || ', '')],
  },
  {
    rule: '5',
    without: 'readers of one cohort have the same pace',
    edits: [edit(COHORT, "${maxPerSecond ?? ''}|", '')],
  },
  {
    rule: '5',
    without: 'a new cohort knows the newest change of its topics',
    edits: [edit(COHORTS, 'first.sentTo, this.#changedTo(topics));', 'first.sentTo, 0);')],
  },
  {
    rule: '5',
    without: 'a reader that is behind is skipped',
    edits: [SENDS_TO_THE_BEHIND, MAKES_FRAMES_FOR_THE_BEHIND],
  },
  {
    rule: '5',
    without: 'a shared piece goes only to readers up to date before it',
    edits: [edit(PIECES, 'const isShared = since >= before && ', 'const isShared = before < Infinity && ')],
  },
  {
    rule: '6',
    without: 'the first frame of an epoch carries it',
    edits: [FORGETS_EPOCH_OF_FRAME],
  },
  {
    rule: '6',
    without: 'the first frame of an epoch is full',
    edits: [edit(FAN_OUT, 'if (reader.epoch !== this.#hub.epoch) return this.#since(SINCE_NOTHING).json;', '')],
  },
  {
    rule: '6',
    without: 'no beat of an epoch goes before its first frame',
    edits: [BEATS_FIRST],
  },
  {
    rule: '6',
    without: 'an unknown epoch in a beat makes the replica ask again',
    edits: [IGNORES_EPOCH_OF_BEAT],
    insures: 'rule 6: no beat of an epoch goes before its first frame',
  },
  {
    rule: '6',
    without: 'readers start over in a new epoch',
    edits: [edit(COHORTS, '        reader.moveTo(0);\n', '')],
  },
  {
    rule: '6',
    without: 'cohorts start over in a new epoch',
    edits: [
      edit(COHORTS, '      cohort.sentTo = this.#hub.seq;\n', ''),
      edit(COHORTS, '      cohort.changedTo = this.#changedTo(cohort.topics);\n', ''),
    ],
  },
  {
    rule: '6',
    without: 'an ack of a new epoch is full for the other held topics',
    edits: [
      edit(
        AUDIENCE,
        'const othersSince = isTold ? reader.sentTo : SINCE_NOTHING;',
        'const othersSince = reader.sentTo;',
      ),
    ],
  },
  {
    rule: '6',
    without: 'a position of another epoch is not used',
    edits: [edit(AUDIENCE, 'position.epoch === hub.epoch && ', '')],
    insures: 'rule 3: a partial delta for a topic that is not complete is dropped',
  },
  {
    rule: '6',
    without: 'a position ahead of the instance is not used',
    edits: [edit(AUDIENCE, ' && position.seq <= hub.seq;', ';')],
    insures: 'rule 4: what ends at or before the copy is ignored',
  },
  {
    rule: '6',
    without: 'a copy of another epoch is not complete',
    edits: [edit(REPLICA, 'copy.document !== undefined && copy.epoch === this.#epoch', 'copy.document !== undefined')],
  },
  {
    rule: '6',
    without: 'an instance takes no batch of another epoch',
    edits: [edit(HUB, "if (batch.epoch !== this.epoch) return 'gap';", '')],
  },
];

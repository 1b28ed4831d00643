import { Random } from '../../random.ts';
import type { HistoryRecord, SeenEntry } from '../history.ts';
import { contentOf, sumOf, topicOf, topicsOf, type RowPlan } from '../rows.ts';

/** What goes wrong in a history that is made up. */
export const DEFECTS = {
  none: undefined,
  'drops an update': 'lost',
  'acknowledges before storing': 'lost',
  'stores an update twice': 'duplicated',
  'stores two updates the wrong way round': 'reordered',
  'shows what nobody sent': 'invented',
  'shows two contents for one number': 'two contents',
  'folds a state differently': 'mixed',
  'reuses an epoch': 'two contents',
  'goes back within an epoch': 'gone back',
  'goes back to an epoch': 'gone back',
  'passes over an entry': 'missed',
  'shows an entry as news again': 'duplicated',
  'adds to a state of another epoch': 'mixed',
  'does not match its checksum': 'mixed',
  'answers a position of another epoch': 'mixed',
  'ends with an instance that is behind': 'final state',
  'forgets a field': 'final state',
  'leaves a reader out for long': 'late',
  'ends an instance': 'ended by itself',
  'forgets the checkpoint of a feed': 'duplicated',
} as const;
export type Defect = keyof typeof DEFECTS;

export const PLAN: RowPlan = { producers: ['a', 'b'], tapes: 3, feed: 'reel' };
const READERS = 4;
const STEPS = 120;
/** Steps at which things happen, far enough from both ends. */
const EPOCH_STEP = 60;
const KILL_STEP = 90;
const STEP_MS = 500;

/** The log of a board as it should be, but for the defect, and what readers are shown of it. */
class MadeBoard {
  readonly logs = new Map<string, string[]>(topicsOf(PLAN).map((topic) => [topic, []]));
  readonly nextIds = new Map<string, number>();
  seq = 0;
  epoch = 'E1';

  append(topic: string, content: string): void {
    this.seq++;
    this.logs.get(topic)?.push(content);
  }

  fields(topic: string): Record<string, number> {
    const fields: Record<string, number> = {};
    for (const content of this.logs.get(topic) ?? []) {
      const [producer = '', id] = content.split(' ');
      fields[producer] = Number(id);
    }
    return fields;
  }

  entries(topic: string, after = 0): SeenEntry[] {
    return (this.logs.get(topic) ?? []).slice(after).map((content, index) => [after + index + 1, content]);
  }
}

/** A history with at most one thing wrong in it. The step at which it goes wrong, and all else, follows from the seed. */
export function makeHistory(seed: number, defect: Defect): HistoryRecord[] {
  const random = new Random(seed);
  const board = new MadeBoard();
  const done: HistoryRecord[] = [];
  const seen: HistoryRecord[][] = Array.from({ length: READERS }, () => []);
  const held = seen.map((_, r) => (r === 0 ? topicsOf(PLAN) : random.shuffled(topicsOf(PLAN)).slice(0, 3)));
  const shown = seen.map(() => new Map<string, { epoch: string; last: number }>());
  const badStep = random.between(20, 50);
  let isPlanted = false;
  /** The reader and the topic that it folds differently. */
  let skewed: string | undefined;
  const plantAt = (step: number, kind: Defect) => {
    const isNow = kind === defect && !isPlanted && step >= badStep;
    isPlanted ||= isNow;
    return isNow;
  };
  const record = (r: number, made: HistoryRecord) => seen[r]?.push(made);

  for (let r = 0; r < READERS; r++) record(r, { k: 'open', t: 0, r, at: r % 2 === 0 ? 'one' : 'two' });
  for (let step = 0; step < STEPS; step++) {
    const t = (step + 1) * STEP_MS;
    pushRows(step, t);
    if (step === EPOCH_STEP) {
      if (defect === 'reuses an epoch') {
        // What came last is not there any more, and its numbers go to something else.
        for (const log of board.logs.values()) log.reverse();
      } else board.epoch = 'E2';
    }
    if (step === KILL_STEP) done.push({ k: 'fault', t, kind: 'kill', targets: ['one'] });
    for (let r = 0; r < READERS; r++) showTo(r, step, t);
  }
  const endT = (STEPS + 1) * STEP_MS;
  if (defect === 'acknowledges before storing') acknowledge('a', endT, (board.nextIds.get('a') ?? 0) + 1);
  if (defect === 'ends an instance') {
    done.push({ k: 'ended', t: endT, instance: 'two', how: 'exit 1', isMeant: false });
  }
  for (let r = 0; r < READERS; r++) showTo(r, STEPS, endT);
  for (const topic of topicsOf(PLAN)) addFinals(topic, endT);
  return [...done, ...seen.flat()];

  function pushRows(step: number, t: number): void {
    for (const producer of [...PLAN.producers, 'reel']) {
      const count = random.below(3) + (step === badStep ? 1 : 0);
      for (let index = 0; index < count; index++) {
        const id = (board.nextIds.get(producer) ?? 0) + 1;
        board.nextIds.set(producer, id);
        pushRow(producer, id, step);
      }
      if (count > 0 && producer !== 'reel') acknowledge(producer, t, board.nextIds.get(producer) ?? 0);
    }
  }

  function pushRow(producer: string, id: number, step: number): void {
    const topic = topicOf(PLAN, producer, id);
    const log = board.logs.get(topic) as string[];
    if (plantAt(step, 'drops an update')) return;
    if (plantAt(step, 'shows what nobody sent')) board.append(topic, `${producer} ${id + 100_000}`);
    board.append(topic, contentOf(producer, id));
    if (plantAt(step, 'stores an update twice')) board.append(topic, contentOf(producer, id));
    if (producer === 'reel' && plantAt(step, 'forgets the checkpoint of a feed')) {
      for (let again = 1; again <= id; again++)
        board.append(topicOf(PLAN, producer, again), contentOf(producer, again));
    }
    const before = log.findLastIndex((content) => content.startsWith(`${producer} `) && content !== log.at(-1));
    if (defect === 'stores two updates the wrong way round' && before >= 0 && plantAt(step, defect)) {
      [log[before], log[log.length - 1]] = [log.at(-1) as string, log[before] as string];
    }
  }

  function acknowledge(producer: string, t: number, to: number): void {
    done.push({ k: 'sent', t: t - 100, producer, from: 1, to, at: 'one' });
    done.push({ k: 'acked', t, producer, to, at: 'one' });
  }

  function showTo(r: number, step: number, t: number): void {
    const isOfKilled = r % 2 === 0 && step === KILL_STEP;
    if (isOfKilled) {
      const lateMs = defect === 'leaves a reader out for long' ? 11_000 : 400;
      record(r, { k: 'close', t: t + 1, r, why: 'transport close' });
      record(r, { k: 'open', t: t + 200, r, at: 'two' });
      record(r, { k: 'live', t: t + lateMs, r });
    }
    for (const topic of held[r] ?? []) {
      // Behind now and then; then several at once.
      if (random.chance(0.3) && step < STEPS && step !== KILL_STEP) continue;
      showTopic(r, topic, step, t + (isOfKilled ? 401 : 0));
    }
  }

  function showTopic(r: number, topic: string, step: number, t: number): void {
    const before = shown[r]?.get(topic);
    const isNew = before?.epoch !== board.epoch;
    const last = board.logs.get(topic)?.length ?? 0;
    if (!isNew && before.last === last) return;
    const log = board.entries(topic);
    let news = isNew ? log : board.entries(topic, before.last);
    let sum = sumOf(new Map(Object.entries(board.fields(topic))), last);
    let { seq } = board;
    let { epoch } = board;
    const isGrown = before !== undefined && !isNew;
    if (isGrown && news.length > 1 && plantAt(step, 'passes over an entry')) news = news.slice(1);
    if (isGrown && before.last > 0 && plantAt(step, 'shows an entry as news again')) {
      news = [...board.entries(topic, before.last - 1)];
    }
    // It stays different: that one reader alone saw this very state would be no wonder.
    if (isGrown && plantAt(step, 'folds a state differently')) skewed = `${r} ${topic}`;
    if (skewed === `${r} ${topic}`) sum++;
    if (isGrown && plantAt(step, 'goes back within an epoch')) seq = 0;
    if (news.length > 0 && r > 0 && plantAt(step, 'shows two contents for one number')) {
      news = news.map(([n, content]) => [n, content.replace(/\d+/, (id) => String(Number(id) === 1 ? 2 : 1))]);
    }
    if (isGrown && plantAt(step, 'does not match its checksum')) {
      record(r, { k: 'odd', t, r, gaps: 0, mismatches: 1, failures: 0 });
    }
    if (isGrown && plantAt(step, 'answers a position of another epoch')) {
      record(r, { k: 'odd', t, r, gaps: 0, mismatches: 0, failures: 1 });
    }
    const isMixed = isNew && before !== undefined && plantAt(step, 'adds to a state of another epoch');
    if (isGrown && step > EPOCH_STEP && plantAt(step, 'goes back to an epoch')) epoch = 'E1';
    shown[r]?.set(topic, { epoch: board.epoch, last });
    const full = isNew && !isMixed ? 2 : 0;
    record(r, { k: 'change', t, r, topic, epoch, seq, full, sum, last, news, ...(full > 0 && { log }) });
  }

  function addFinals(topic: string, t: number): void {
    const log = board.entries(topic);
    const isBad = topic === 'tape:1';
    const final = { topic, epoch: board.epoch, last: log.length, fields: board.fields(topic), log };
    if (isBad && defect === 'forgets a field') delete final.fields['a'];
    for (let r = 0; r < READERS; r++) if (held[r]?.includes(topic)) record(r, { k: 'final', t, r, ...final });
    const behind = { ...final, last: log.length - 1, log: log.slice(0, -1) };
    const isBehind = isBad && defect === 'ends with an instance that is behind';
    done.push({ k: 'http', t, at: 'one', ...final });
    done.push({ k: 'http', t, at: 'two', ...(isBehind ? behind : final) });
  }
}

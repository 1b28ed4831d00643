import type {
  Acked,
  AskedAgain,
  FaultBegan,
  FaultEnded,
  Final,
  FinalDocument,
  HistoryRecord,
  HttpDocument,
  ReaderRecord,
  Sent,
} from '../history.ts';
import { readContent, topicsOf, type RowPlan } from '../rows.ts';
import { Excuses } from './excuse.ts';
import { Findings } from './findings.ts';
import { checkLines, lastLine } from './last-line.ts';
import { ReaderCheck, formatT } from './reader-check.ts';
import { RecoveryCheck, type Recovery } from './recovery.ts';
import { Testimony } from './testimony.ts';

export interface Bounds {
  /** 99 of 100 readers of an instance that was killed, and all of them. */
  readonly killMs: { readonly most: number; readonly all: number };
  /** Everyone, after Redis has returned. */
  readonly redisMs: number;
}

export interface Report {
  readonly findings: Findings;
  readonly acknowledged: number;
  /** Acknowledged, and lost with Redis and the only instance that held them. */
  readonly excused: number;
  readonly unwitnessed: number;
  readonly entriesSeen: number;
  readonly changes: number;
  readonly readers: number;
  readonly opened: number;
  readonly gapsRepaired: number;
  readonly epochs: number;
  readonly refused: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly recoveries: readonly Recovery[];
}

/** Reads what was done, then what was seen, and tells what must not have been. */
export class Checker {
  readonly #plan: RowPlan;
  readonly #bounds: Bounds;
  readonly #findings = new Findings();
  readonly #sent: Sent[] = [];
  readonly #sentTo = new Map<string, number>();
  readonly #acks: Acked[] = [];
  readonly #askedAgain: AskedAgain[] = [];
  readonly #faults: (FaultBegan | FaultEnded)[] = [];
  readonly #testimony: Testimony;
  readonly #readers = new Map<number, ReaderCheck>();
  readonly #finals: (Final | HttpDocument)[] = [];
  readonly #counts = { changes: 0, opened: 0, gaps: 0, refused: 0, entries: 0 };
  #recovery: RecoveryCheck | undefined;

  constructor(plan: RowPlan, bounds: Bounds) {
    this.#plan = plan;
    this.#bounds = bounds;
    // How far a feed has played is written down by nobody.
    if (plan.feed !== undefined) this.#sentTo.set(plan.feed, Infinity);
    this.#testimony = new Testimony(plan, this.#findings, this.#sentTo);
  }

  /** First everything of producers, faults and processes, then the readers, each one's records in their order. */
  take(record: HistoryRecord): void {
    switch (record.k) {
      case 'sent':
        this.#sent.push(record);
        this.#sentTo.set(record.producer, Math.max(record.to, this.#sentTo.get(record.producer) ?? 0));
        break;
      case 'acked':
        this.#acks.push(record);
        break;
      case 'asked-again':
        this.#askedAgain.push(record);
        break;
      case 'refused':
        this.#counts.refused++;
        break;
      case 'fault':
      case 'healed':
        this.#faults.push(record);
        break;
      case 'ended':
        if (!record.isMeant) {
          this.#findings.add('ended by itself', `${record.instance} at ${formatT(record.t)}: ${record.how}`);
        }
        break;
      case 'http':
        this.#finals.push(record);
        break;
      default:
        this.#takeReader(record);
    }
  }

  finish(): Report {
    this.#testimony.checkStates();
    const owed = this.#owed();
    const excuses = new Excuses(this.#acks, this.#faults);
    let excused = 0;
    for (const { producer, from, to, t } of this.#askedAgain) {
      for (let id = from; id <= to; id++) {
        if (excuses.isExcused(producer, id)) excused++;
        else this.#findings.add('lost', `${producer} ${id} was acknowledged, and asked for again at ${formatT(t)}`);
      }
    }
    const { missing, unwitnessed } = this.#checkEnd(owed);
    for (const { producer, id, topic } of missing) {
      if (producer !== this.#plan.feed && excuses.isExcused(producer, id)) excused++;
      else this.#findings.add('lost', `${producer} ${id} of ${topic}`);
    }
    const recoveries = this.#recovery?.recoveries() ?? [];
    for (const recovery of recoveries) this.#checkRecovery(recovery);
    const faults = new Map<string, number>();
    for (const { k, kind } of this.#faults) if (k === 'fault') faults.set(kind, (faults.get(kind) ?? 0) + 1);
    return {
      findings: this.#findings,
      ...{ acknowledged: [...this.#ackedTo().values()].reduce((sum, to) => sum + to, 0), excused, unwitnessed },
      ...{ entriesSeen: this.#counts.entries, changes: this.#counts.changes, readers: this.#readers.size },
      ...{ opened: this.#counts.opened, gapsRepaired: this.#counts.gaps, refused: this.#counts.refused },
      ...{ epochs: this.#testimony.epochs.length, faults, recoveries },
    };
  }

  #takeReader(record: ReaderRecord): void {
    this.#recovery ??= new RecoveryCheck(this.#plan, this.#faults, (t) => this.#newestSent(t));
    this.#recovery.take(record);
    const reader = this.#readers.get(record.r) ?? new ReaderCheck(record.r, this.#findings, this.#testimony);
    this.#readers.set(record.r, reader);
    switch (record.k) {
      case 'change':
        this.#counts.changes++;
        this.#counts.entries += record.news.length;
        reader.change(record);
        break;
      case 'odd':
        this.#counts.gaps += record.gaps;
        reader.odd(record);
        break;
      case 'open':
        this.#counts.opened++;
        break;
      case 'final':
        this.#finals.push(record);
        break;
      case 'close':
      case 'live':
        break;
    }
  }

  /** All that was acknowledged, and of a feed all up to the newest that was seen. */
  #owed(): Map<string, number> {
    const owed = this.#ackedTo();
    const { feed } = this.#plan;
    if (feed === undefined) return owed;
    let newest = 0;
    for (const topic of topicsOf(this.#plan)) {
      for (const content of lastLine(this.#testimony, topic).values()) {
        const row = readContent(this.#plan, content);
        if (row?.producer === feed) newest = Math.max(newest, row.id);
      }
    }
    return owed.set(feed, newest);
  }

  #ackedTo(): Map<string, number> {
    const acked = new Map<string, number>();
    for (const { producer, to } of this.#acks) acked.set(producer, Math.max(to, acked.get(producer) ?? 0));
    return acked;
  }

  /** In the end there is one state of each topic, the right one, wherever one looks. */
  #checkEnd(owed: ReadonlyMap<string, number>): ReturnType<typeof checkLines> {
    const lastOf = new Map<string, number>();
    const first = new Map<string, FinalDocument & { readonly who: string }>();
    for (const final of this.#finals) {
      const who = final.k === 'http' ? `instance ${final.at}` : `reader ${final.r}`;
      for (const entry of final.log) this.#testimony.entry(final.t, final.epoch, final.topic, entry);
      const other = first.get(final.topic);
      if (other === undefined) first.set(final.topic, { ...final, who });
      else if (digest(other) !== digest(final)) {
        const places = `${other.epoch}:${other.last} and ${final.epoch}:${final.last}`;
        this.#findings.add('final state', `${final.topic} of ${other.who} and ${who} differ (${places})`);
      }
      lastOf.set(final.topic, Math.max(final.last, lastOf.get(final.topic) ?? 0));
    }
    for (const topic of topicsOf(this.#plan)) {
      if (this.#finals.length > 0 && !lastOf.has(topic)) this.#findings.add('final state', `nobody has ${topic}`);
    }
    const result = checkLines(this.#plan, this.#testimony, this.#findings, owed, lastOf);
    for (const final of first.values()) this.#checkFields(final);
    return result;
  }

  /** Each update brought a field and an entry: the fields are those of the newest entries. */
  #checkFields({ topic, fields, who }: FinalDocument & { readonly who: string }): void {
    const newest = new Map<string, number>();
    for (const content of lastLine(this.#testimony, topic).values()) {
      const row = readContent(this.#plan, content);
      if (row) newest.set(row.producer, Math.max(row.id, newest.get(row.producer) ?? 0));
    }
    for (const [producer, id] of newest) {
      if (fields[producer] !== id) {
        const value = JSON.stringify(fields[producer]);
        this.#findings.add(
          'final state',
          `field ${producer} of ${topic} of ${who} is ${value}, its newest entry ${id}`,
        );
      }
    }
  }

  #checkRecovery({ kind, t, aloneMs, tookMs, stuck }: Recovery): void {
    const { killMs, redisMs } = this.#bounds;
    const isKill = kind === 'kill' || kind === 'kill-leader';
    const allMs = kind.startsWith('kill') ? killMs.all : redisMs;
    const most = tookMs[Math.ceil(tookMs.length * 0.99) - 1] ?? 0;
    const after = `after ${kind} at ${formatT(t)}`;
    if (isKill && most > killMs.most && aloneMs > killMs.most) {
      this.#findings.add('late', `99 % of readers were live ${formatT(most)} ${after}`);
    }
    // Something else befell them in the meantime.
    if (aloneMs <= allMs) return;
    const all = tookMs.at(-1) ?? 0;
    if (stuck > 0) this.#findings.add('late', `${stuck} readers never came back ${after}`);
    if (all > allMs) this.#findings.add('late', `the last reader was live ${formatT(all)} ${after}`);
  }

  #newestSent(t: number): ReadonlyMap<string, number> {
    const newest = new Map<string, number>();
    for (const sent of this.#sent) {
      if (sent.t <= t) newest.set(sent.producer, Math.max(sent.to, newest.get(sent.producer) ?? 0));
    }
    return newest;
  }
}

function digest({ epoch, last, fields, log }: FinalDocument): string {
  return JSON.stringify([epoch, last, Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)), log]);
}

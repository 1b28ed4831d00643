import { connect } from 'node:net';
import { once } from 'node:events';
import type { PublishAnswer } from '../support/pushing.ts';
import { HttpPusher, SocketPusher } from '../support/pushing.ts';
import type { Random } from '../model/random.ts';
import { Reference, type Expected, type MadeBatch } from './reference.ts';
import { badRow, goodRow, lineOf, type MadeRow } from './rows.ts';

const BAD_SHARE = 0.25;

/** Who pushes: a token, perhaps a name to count under, and the way it takes. */
export interface Pushing {
  readonly url: string;
  readonly token: string;
  readonly producer: string | undefined;
  readonly isHttp: boolean;
  /** In the names of its topics, which nobody else writes to. */
  readonly own: string;
}

/** One program that pushes good and bad, over and over, and compares each answer with what the reference foresees. */
export class Actor {
  reference = new Reference();
  /** How often each kind of badness was pushed, in rows. */
  readonly ways = new Map<string, number>();
  rows = 0;
  badRows = 0;
  readonly #pushing: Pushing;
  readonly #random: Random;
  readonly #http: HttpPusher;
  #sockets: readonly [SocketPusher, SocketPusher] | undefined;
  /** The rows of the newest ids, for being pushed again. */
  #last: readonly MadeRow[] = [];

  constructor(pushing: Pushing, random: Random) {
    this.#pushing = pushing;
    this.#random = random;
    this.#http = new HttpPusher(pushing.url, pushing.token);
  }

  /** @throws Error when an answer is not as foreseen */
  async run(rows: number): Promise<void> {
    const { url, token, isHttp } = this.#pushing;
    if (!isHttp) this.#sockets = [await SocketPusher.connect(url, token), await SocketPusher.connect(url, token)];
    try {
      while (this.rows < rows) await this.#act();
    } finally {
      for (const { socket } of this.#sockets ?? []) socket.close();
    }
  }

  async #act(): Promise<void> {
    const random = this.#random;
    const isCounted = this.#pushing.producer !== undefined;
    const { lastId } = this.reference;
    const next = isCounted ? lastId + 1 : undefined;
    const again = Math.min(lastId, this.#last.length);
    const dice = isCounted ? random.next() : random.next() * 0.75;
    if (dice < 0.58) return this.#push({ rows: this.#makeRows(), firstId: next });
    if (dice < 0.62) return this.#push({ rows: this.#tooMuch(), firstId: next });
    if (dice < 0.623)
      return this.#pushWhole('too many rows', { rows: this.#small(1_001), firstId: next, refusedWith: 'too_large' });
    if (dice < 0.64)
      return this.#pushWhole('a batch over 256 KiB', { rows: this.#heavy(), firstId: next, refusedWith: 'too_large' });
    if (dice < 0.67) return this.#push({ rows: [], firstId: next });
    if (dice < 0.75) return this.#pushing.isHttp ? this.#cut() : this.#push({ rows: this.#makeRows(), firstId: next });
    if (dice < 0.8)
      return this.#pushWhole('a gap', { rows: this.#makeRows(true), firstId: lastId + 2 + random.below(9) });
    if (dice < 0.84) {
      const rows = [...this.#small(1), ...this.#makeRows(true), ...this.#small(1)];
      return this.#pushWhole('ids that jump', {
        rows,
        firstId: lastId + 1,
        jumpsAt: random.between(1, rows.length - 1),
      });
    }
    if (dice < 0.88)
      return this.#pushWhole('a repeated batch', { rows: this.#last.slice(-again), firstId: lastId - again + 1 });
    if (dice < 0.94) {
      const known = Math.min(again, random.between(1, 10));
      const rows = [...(known > 0 ? this.#last.slice(-known) : []), ...this.#makeRows()];
      this.#count('a batch that overlaps', known);
      return this.#push({ rows, firstId: lastId - known + 1 });
    }
    if (dice < 0.96) {
      const [one, other] = [this.#nameless(), this.#nameless()];
      return this.#pushAtOnce({ rows: one, firstId: lastId + 1 }, { rows: other, firstId: lastId + 1 });
    }
    const known = Math.min(again, random.below(4));
    return this.#pushAtOnce(
      { rows: this.#makeRows(), firstId: lastId + 1 },
      { rows: [...(known > 0 ? this.#last.slice(-known) : []), ...this.#makeRows()], firstId: lastId - known + 1 },
    );
  }

  async #pushWhole(way: string, batch: MadeBatch): Promise<void> {
    this.#count(way, batch.rows.length);
    await this.#push(batch);
  }

  async #push(batch: MadeBatch): Promise<void> {
    const before = this.reference.lastId;
    const answer = await this.#send(batch, 0);
    const expected = this.reference.push(batch);
    const difference = compare(answer, expected);
    if (difference !== undefined) throw new Error(`${this.#tell(batch)}: ${difference}`);
    const news = this.reference.lastId - before;
    if (news > 0) this.#last = [...this.#last, ...batch.rows.slice(-news)].slice(-40);
  }

  /** Which of two connections comes first is the server's choice; but it is one after the other. */
  async #pushAtOnce(one: MadeBatch, other: MadeBatch): Promise<void> {
    this.#count('two connections at once', one.rows.length + other.rows.length);
    const answers = await Promise.all([this.#send(one, 0), this.#send(other, 1)]);
    const differences: string[] = [];
    for (const isOneFirst of [true, false]) {
      const reference = this.reference.copy();
      const expected = isOneFirst
        ? [reference.push(one), reference.push(other)]
        : [reference.push(other), reference.push(one)].reverse();
      const found = expected
        .map((each, index) => compare(answers[index] as PublishAnswer, each))
        .find((each) => each !== undefined);
      if (found !== undefined) {
        differences.push(found);
        continue;
      }
      this.reference = reference;
      this.#last = [];
      return;
    }
    throw new Error(`${this.#tell(one)} and at once ${this.#tell(other)}: ${differences.join(', or ')}`);
  }

  /** A body whose end never comes. */
  async #cut(): Promise<void> {
    const { url, token, producer } = this.#pushing;
    const rows = this.#small(20);
    this.#count('cut in the middle of a body', rows.length);
    this.rows += rows.length;
    const body = this.#lines({ rows, firstId: this.reference.lastId + 1 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const head = ['POST /api/updates?namespace=markets HTTP/1.1', 'Host: x', `Authorization: Bearer ${token}`];
    if (producer !== undefined) head.push(`X-Producer: ${producer}`);
    socket.write(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n`);
    socket.end(body.subarray(0, this.#random.between(1, body.length - 1)));
    socket.resume();
    await once(socket, 'close');
  }

  async #send(batch: MadeBatch, connection: 0 | 1): Promise<PublishAnswer> {
    const { producer, isHttp } = this.#pushing;
    this.rows += batch.rows.length;
    for (const { way } of batch.rows) if (way !== undefined) this.#count(way, 1);
    for (;;) {
      const answer = isHttp
        ? ((await (await this.#http.post('markets', producer, this.#lines(batch))).json()) as PublishAnswer)
        : await this.#bySocket(connection, batch);
      if (answer.ok || answer.code !== 'rate_limited') return answer;
      if (!answer.retryInMs) throw new Error('rate_limited without a time');
    }
  }

  #bySocket(connection: 0 | 1, batch: MadeBatch): Promise<PublishAnswer> {
    const updates = this.#lineTexts(batch).map((line) => JSON.parse(line.toString()) as unknown);
    const { producer } = this.#pushing;
    const socket = this.#sockets?.[connection] as SocketPusher;
    return socket.push({ namespace: 'markets', ...(producer === undefined ? {} : { producer }), updates });
  }

  #lines(batch: MadeBatch): Buffer {
    return Buffer.concat(this.#lineTexts(batch).flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  }

  #lineTexts({ rows, firstId, jumpsAt = Infinity }: MadeBatch): (string | Buffer)[] {
    return rows.map((row, index) =>
      lineOf(row, firstId === undefined ? undefined : firstId + index + (index >= jumpsAt ? 1 : 0)),
    );
  }

  #makeRows(onlyGood = false): MadeRow[] {
    const { own, isHttp, producer } = this.#pushing;
    return Array.from({ length: this.#random.between(1, 30) }, () =>
      !onlyGood && this.#random.chance(BAD_SHARE)
        ? badRow(this.#random, own, isHttp, producer !== undefined)
        : goodRow(this.#random, own, this.rows + this.#random.below(1_000)),
    );
  }

  #small(count: number): MadeRow[] {
    return Array.from({ length: count }, (_, n) => ({ inner: `"topic":"sensor:${this.#pushing.own}.0","time":${n}` }));
  }

  /** Rows that do not say their ids, so that the server has to know by itself where they stand. */
  #nameless(): MadeRow[] {
    return this.#small(this.#random.between(1, 3)).map((row) => ({
      ...row,
      way: 'no id in a whole batch',
      code: 'bad_request',
      badId: { text: undefined },
    }));
  }

  #heavy(): MadeRow[] {
    return [{ inner: `"topic":"sensor:${this.#pushing.own}.0","time":1,"fields":{"a":"${'x'.repeat(262_144)}"}` }];
  }

  /** A topic that fills up: by bytes or by fields, and now and then makes room again. */
  #tooMuch(): MadeRow[] {
    const { own } = this.#pushing;
    const random = this.#random;
    this.#count('a topic that becomes too large', 0);
    const start = () => (random.chance(0.05) ? '"reset":true,' : '');
    if (random.chance(0.5)) {
      return Array.from({ length: 4 }, () => {
        const text = random.chance(0.2) ? 'null' : `"${'é'.repeat(random.below(30_000))}"`;
        return { inner: `"topic":"sensor:${own}.large","time":1,${start()}"fields":{"f${random.below(8)}":${text}}` };
      });
    }
    return Array.from({ length: 7 }, () => {
      const from = random.below(2_100);
      const value = random.chance(0.2) ? 'null' : '1';
      const fields = Array.from({ length: 450 }, (_, n) => `"f${from + n}":${value}`).join(',');
      return { inner: `"topic":"sensor:${own}.wide","time":1,${start()}"fields":{${fields}}` };
    });
  }

  #count(way: string, rows: number): void {
    this.ways.set(way, (this.ways.get(way) ?? 0) + rows);
    this.badRows += rows;
  }

  #tell({ rows, firstId }: MadeBatch): string {
    return `${this.#pushing.own}, ${rows.length} rows from ${firstId}`;
  }
}

function compare(answer: PublishAnswer, expected: Expected): string | undefined {
  const told: Expected = answer.ok
    ? {
        ok: true,
        accepted: answer.accepted,
        duplicates: answer.duplicates,
        rejected: answer.rejected.map(({ index, id, code }) => [index, id, code]),
        ...(answer.lastId === undefined ? {} : { lastId: answer.lastId }),
      }
    : { ok: false, code: answer.code, ...(answer.lastId === undefined ? {} : { lastId: answer.lastId }) };
  const [is, should] = [JSON.stringify(told), JSON.stringify(expected)];
  return is === should ? undefined : `answered ${is}, not ${should}`.slice(0, 1_000);
}

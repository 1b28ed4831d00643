import { ReplicaViewer } from '../support/replica-viewer.ts';
import { TAPES } from './pusher.ts';

/** What readers together have seen, over all lives of the server: a number with two contents is found here. */
export class Testimony {
  readonly violations: string[] = [];
  readonly epochs = new Set<string>();
  /** By topic and entry number. */
  readonly #entries = new Map<string, string>();
  /** By topic and seq: the checksum of its state. */
  readonly #states = new Map<string, number>();

  /** How many entries were seen. */
  get size(): number {
    return this.#entries.size;
  }

  entry(topic: string, n: number, content: string): void {
    const key = `${topic} ${n}`;
    const before = this.#entries.get(key);
    if (before === undefined) this.#entries.set(key, content);
    else if (before !== content) this.violations.push(`entry ${key} is "${before}" and "${content}"`);
  }

  state(topic: string, seq: number, sum: number): void {
    const key = `${topic} at ${seq}`;
    const before = this.#states.get(key);
    if (before === undefined) this.#states.set(key, sum);
    else if (before !== sum) this.violations.push(`the state of ${key} sums up to ${before} and ${sum}`);
  }
}

/** A reader that resumes by itself, and writes down all it is shown. */
export class Witness extends ReplicaViewer {
  /** The newest id of each producer that it was shown. */
  readonly newestIds = new Map<string, number>();
  newestPosition = 0;
  readonly #testimony: Testimony;

  constructor(url: string, testimony: Testimony) {
    super(url, 'markets', TAPES);
    this.#testimony = testimony;
    this.socket.io.reconnectionDelayMax(100);
    const note = () => this.#note();
    this.socket.on('frame', note);
    this.socket.on('beat', note);
  }

  #note(): void {
    const { epoch, position } = this.replica;
    if (epoch !== undefined) this.#testimony.epochs.add(epoch);
    for (const { topic, news, document } of this.changes.splice(0)) {
      this.#testimony.state(topic, document.seq, document.sum());
      for (const { n, entry } of news) {
        const content = typeof entry === 'string' ? entry : JSON.stringify(entry);
        this.#testimony.entry(topic, n, content);
        const [producer = '', id] = content.split(' ');
        this.newestIds.set(producer, Math.max(this.newestIds.get(producer) ?? 0, Number(id)));
      }
    }
    this.news.length = 0;
    if (position === undefined) return;
    if (position.seq < this.newestPosition) {
      this.#testimony.violations.push(`a position went back from ${this.newestPosition} to ${position.seq}`);
    }
    this.newestPosition = position.seq;
  }
}

import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { CHECKPOINT_MAX_LENGTH, type Batch, type Fence, type Numbering, type Store } from '../store/store.ts';
import {
  PROGRESS_NAMESPACE,
  readCheckpoint,
  type FeedCheckpoint,
  type PerNamespace,
  type Progress,
} from './checkpoint.ts';

/** Removals in one batch. */
const RESET_ROWS = 1_000;
/** Characters of the list of what a feed has written; topics past it do not go when the feed goes. */
const TOPICS_LENGTH_MAX = 120_000;

interface Row extends NamespacedUpdate {
  readonly id: number;
}

/**
 * Writes one feed into the log: numbers its updates, leaves out those that are stored already, keeps what was refused,
 * and stores with the rest how far the feed has played.
 */
export class FeedWriter {
  readonly #name: string;
  readonly #store: Store;
  readonly #fence: Fence | undefined;
  /** The newest id given, and the newest one stored when this writer began. */
  readonly #ids: PerNamespace<number> = { markets: 0, sports: 0 };
  readonly #storedIds: PerNamespace<number> = { markets: 0, sports: 0 };
  readonly #topics: PerNamespace<ReadonlySet<string>> = { markets: new Set(), sports: new Set() };
  #unstored: Row[] = [];
  #progress: Progress | undefined;
  #before: Progress | undefined;
  #hasNewProgress = false;

  /** @param fence under which it writes */
  constructor(name: string, store: Store, fence?: Fence) {
    this.#name = name;
    this.#store = store;
    this.#fence = fence;
  }

  get ids(): Readonly<PerNamespace<number>> {
    return { ...this.#ids };
  }

  get unstoredCount(): number {
    return this.#unstored.length;
  }

  /** More of it is stored than has been added. */
  get isCatchingUp(): boolean {
    return VIEWER_NAMESPACES.some((namespace) => this.#ids[namespace] < this.#storedIds[namespace]);
  }

  /** Reads what is stored of the feed. @returns how far it has played, if that is known and all of it is there */
  async open(): Promise<Progress | undefined> {
    this.#unstored = [];
    this.#hasNewProgress = false;
    await this.#fenceOthersOff();
    for (const namespace of VIEWER_NAMESPACES) {
      const { lastId, checkpoint } = await this.#store.producer(namespace, this.#name);
      const { topics, progress, before } = readCheckpoint(checkpoint);
      this.#storedIds[namespace] = lastId;
      this.#topics[namespace] = new Set(topics);
      if (namespace === PROGRESS_NAMESPACE) [this.#progress, this.#before] = [progress, before];
    }
    const isStored = ({ ids }: Progress) => VIEWER_NAMESPACES.every((name) => ids[name] <= this.#storedIds[name]);
    const usable = [this.#progress, this.#before].find((each) => each !== undefined && isStored(each));
    if (usable !== undefined) this.#progress = usable;
    return usable;
  }

  goOnFrom(progress: Progress): void {
    Object.assign(this.#ids, progress.ids);
  }

  /**
   * Removes all it has written before; what comes now counts on. Done again after a crash it does no harm, so that it
   * needs no ids.
   * @param time event time of the removals
   */
  async startOver(time: number): Promise<void> {
    if (this.#progress !== undefined) {
      // First, or after a crash it could go on from there with half of its topics removed.
      this.#progress = this.#before = undefined;
      await this.#keep(PROGRESS_NAMESPACE);
    }
    for (const namespace of VIEWER_NAMESPACES) {
      const topics = [...this.#topics[namespace]];
      for (let begin = 0; begin < topics.length; begin += RESET_ROWS) {
        const updates = topics.slice(begin, begin + RESET_ROWS).map((topic): Update => ({ topic, time, reset: true }));
        await this.#append(namespace, { updates });
      }
      this.#topics[namespace] = new Set();
      if (topics.length > 0) await this.#keep(namespace);
    }
    Object.assign(this.#ids, this.#storedIds);
  }

  /** Takes the next update of the feed. */
  add({ namespace, update }: NamespacedUpdate): void {
    const id = ++this.#ids[namespace];
    if (id > this.#storedIds[namespace]) this.#unstored.push({ namespace, update, id });
  }

  /** Is stored with what is added from now on. @param progress as of now, with nothing unstored */
  note(progress: Progress): void {
    if (this.#unstored.length > 0) throw new RangeError('progress that is not stored would be lost to a crash');
    if (!this.#hasNewProgress) this.#before = this.#progress;
    this.#progress = progress;
    this.#hasNewProgress = true;
  }

  /**
   * Stores what is unstored; after a failure only the rest is left.
   * @throws StoreError of the store
   */
  async store(): Promise<void> {
    for (const namespace of VIEWER_NAMESPACES) {
      const rows = this.#unstored.filter((row) => row.namespace === namespace);
      const topics = this.#withNewTopics(namespace, rows);
      const hasProgress = namespace === PROGRESS_NAMESPACE && this.#hasNewProgress;
      const isChanged = hasProgress || topics !== this.#topics[namespace];
      if (rows.length === 0 && !isChanged) continue;
      await this.#append(namespace, {
        updates: rows.map(({ update }) => update),
        ...(rows.length > 0 ? { numbering: numberingOf(rows) } : {}),
        ...(isChanged ? { checkpoint: this.#checkpoint(namespace, topics) } : {}),
      });
      this.#topics[namespace] = topics;
      if (hasProgress) this.#hasNewProgress = false;
      this.#unstored = this.#unstored.filter((row) => row.namespace !== namespace);
    }
  }

  /** What the feed says of itself has no ids: it is no part of what comes again after a crash. */
  async publish(namespace: ViewerNamespace, update: Update): Promise<void> {
    await this.#append(namespace, { updates: [update] });
  }

  /** What is read after this is all there is: whoever wrote the feed before is refused from now on. */
  async #fenceOthersOff(): Promise<void> {
    if (this.#fence === undefined) return;
    for (const namespace of VIEWER_NAMESPACES) await this.#append(namespace, { updates: [] });
  }

  async #append(namespace: ViewerNamespace, batch: Omit<Batch, 'producer' | 'fence'>): Promise<void> {
    const fence = this.#fence === undefined ? {} : { fence: this.#fence };
    await this.#store.append(namespace, { producer: this.#name, ...batch, ...fence });
  }

  #withNewTopics(namespace: ViewerNamespace, rows: readonly Row[]): ReadonlySet<string> {
    const known = this.#topics[namespace];
    const unknown = new Set(rows.map(({ update }) => update.topic).filter((topic) => !known.has(topic)));
    if (unknown.size === 0) return known;
    const topics = new Set([...known, ...unknown]);
    return JSON.stringify([...topics]).length <= TOPICS_LENGTH_MAX ? topics : known;
  }

  async #keep(namespace: ViewerNamespace): Promise<void> {
    const checkpoint = this.#checkpoint(namespace, this.#topics[namespace]);
    await this.#append(namespace, { updates: [], checkpoint });
  }

  #checkpoint(namespace: ViewerNamespace, topics: ReadonlySet<string>): Json {
    const checkpoint: FeedCheckpoint = { version: 1, topics: [...topics] };
    if (namespace !== PROGRESS_NAMESPACE || this.#progress === undefined) return { ...checkpoint };
    const current = { ...checkpoint, progress: this.#progress };
    const whole = this.#before === undefined ? current : { ...current, before: this.#before };
    return JSON.stringify(whole).length <= CHECKPOINT_MAX_LENGTH ? whole : current;
  }
}

function numberingOf(rows: readonly Row[]): Numbering {
  const ids = rows.map(({ id }) => id);
  return { firstId: ids[0] as number, lastId: ids.at(-1) as number, ids };
}

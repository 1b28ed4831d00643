import { directoryEntrySchema, feedStatusSchema } from '@bigboard/shared/directory';
import { DocumentRows } from '@bigboard/shared/document-rows';
import type { RecordedFeed } from '@bigboard/shared/feed-labels';
import { COMPUTED_KINDS } from '@bigboard/shared/kinds';
import { isInScope } from '@bigboard/shared/producer-token';
import type { Change } from '@bigboard/shared/replica';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { Reader, type ReaderEvents } from './reader.ts';

const DIRECTORY_RETRY_MS = 1_000;

export interface CaptureEvents {
  rows(namespace: ViewerNamespace, updates: readonly Update[]): void;
  /** All that is there of what is wanted has been seen. */
  settled(): void;
  /** @param wasConnected false: there may be no board at all */
  lost(reason: string, wasConnected: boolean): void;
}

/** Follows a namespace: its directory, and the topics that fit the patterns, those that appear later too. */
export class NamespaceCapture {
  readonly namespace: ViewerNamespace;
  readonly #url: string;
  readonly #patterns: readonly string[];
  readonly #events: CaptureEvents;
  readonly #rows = new DocumentRows();
  readonly #readers: Reader[] = [];
  /** As each was when it was first seen. */
  readonly #feeds = new Map<string, RecordedFeed>();
  /** Those of which something was captured. */
  readonly #captured = new Set<string>();
  readonly #written = new Set<string>();
  /** By topic, the feed it is listed under. */
  #listed: ReadonlyMap<string, string> = new Map();
  #hasDirectory = false;
  #losses = 0;
  #asking: NodeJS.Timeout | undefined;

  constructor(url: string, namespace: ViewerNamespace, patterns: readonly string[], events: CaptureEvents) {
    this.namespace = namespace;
    this.#url = url;
    this.#patterns = patterns;
    this.#events = events;
    this.#readerWithRoom().want(['topics']);
  }

  get topicCount(): number {
    return this.wantedTopics.length;
  }

  /** Those that are there. */
  get wantedTopics(): readonly string[] {
    return [...this.#listed.keys()].filter((topic) => this.#isWanted(topic));
  }

  /** Those of which something was captured. */
  get feeds(): readonly RecordedFeed[] {
    return [...this.#feeds].filter(([name]) => this.#captured.has(name)).map(([, feed]) => feed);
  }

  get lostEntries(): number {
    return this.#rows.lostEntries;
  }

  /** How often a connection was lost. */
  get losses(): number {
    return this.#losses;
  }

  /** Copies that were found to be wrong, and asked for anew. */
  get mismatches(): number {
    return this.#readers.reduce((sum, { replica }) => sum + replica.counts.mismatches, 0);
  }

  get isSettled(): boolean {
    return this.#hasDirectory && this.#readers.every(({ isSettled }) => isSettled);
  }

  close(): void {
    clearTimeout(this.#asking);
    for (const reader of this.#readers) reader.close();
  }

  #askAgain(): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#readers[0]?.want(['topics']), DIRECTORY_RETRY_MS);
  }

  #changed(change: Change): void {
    const { topic, document } = change;
    if (topic === 'topics') this.#list(document.values());
    const { kind, id } = parseTopic(topic);
    if (kind === 'feed' && id !== undefined && !this.#feeds.has(id)) {
      const status = feedStatusSchema.safeParse(document.values());
      if (status.success) this.#feeds.set(id, { ...status.data, beganAtMs: status.data.lastEventTime });
    }
    if (!this.#isWanted(topic)) return;
    const rows = this.#rows.rowsOf(change);
    if (rows.length === 0) return;
    this.#written.add(topic);
    this.#attribute(topic);
    this.#events.rows(this.namespace, rows);
  }

  /** What is computed of a whole namespace is of all its feeds. */
  #attribute(topic: string): void {
    const feed = this.#listed.get(topic);
    if (COMPUTED_KINDS.has(parseTopic(topic).kind)) for (const name of this.#feeds.keys()) this.#captured.add(name);
    else if (feed !== undefined) this.#captured.add(feed);
  }

  /** One that was there before and comes back was perhaps forgotten meanwhile: it is asked for again. */
  #list(directory: Readonly<Record<string, unknown>>): void {
    const appeared = Object.keys(directory).filter(
      (topic) => !this.#listed.has(topic) && (this.#isWanted(topic) || parseTopic(topic).kind === 'feed'),
    );
    const feedIn = (entry: unknown) => directoryEntrySchema.safeParse(entry).data?.feed ?? '';
    this.#listed = new Map(Object.entries(directory).map(([topic, entry]) => [topic, feedIn(entry)]));
    for (const topic of this.#written) this.#attribute(topic);
    for (const topic of appeared) {
      const reader = this.#readers.find((each) => each.has(topic)) ?? this.#readerWithRoom();
      reader.want([topic]);
    }
  }

  #isWanted(topic: string): boolean {
    const { kind } = parseTopic(topic);
    // What is played of a capture is computed again, unless somebody asks for just that topic.
    const patterns = COMPUTED_KINDS.has(kind)
      ? this.#patterns.filter((pattern) => pattern === `${this.namespace}/${topic}`)
      : this.#patterns;
    return isInScope(patterns, this.namespace, topic);
  }

  #readerWithRoom(): Reader {
    const withRoom = this.#readers.find(({ room }) => room > 0);
    if (withRoom !== undefined) return withRoom;
    let wasConnected = false;
    const events: ReaderEvents = {
      changed: (change) => this.#changed(change),
      answered: () => {
        this.#hasDirectory = true;
        // A board where nothing has been written yet has no directory.
        if (this.#readers[0]?.replica.isHeld('topics') === false) this.#askAgain();
        if (this.isSettled) this.#events.settled();
      },
      connected: () => (wasConnected = true),
      lost: (reason) => {
        if (wasConnected) this.#losses++;
        this.#events.lost(reason, wasConnected);
      },
    };
    const reader = new Reader(this.#url, this.namespace, events);
    this.#readers.push(reader);
    return reader;
  }
}

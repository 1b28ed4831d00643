import { feedStatusSchema, type FeedStatus } from '@bigboard/shared/directory';
import { DocumentRows } from '@bigboard/shared/document-rows';
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
  readonly feeds = new Map<string, FeedStatus>();
  readonly #url: string;
  readonly #patterns: readonly string[];
  readonly #events: CaptureEvents;
  readonly #rows = new DocumentRows();
  readonly #readers: Reader[] = [];
  #listed = new Set<string>();
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
    return [...this.#listed].filter((topic) => this.#isWanted(topic)).length;
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
    if (topic === 'topics') this.#list(Object.keys(document.values()));
    const { kind, id } = parseTopic(topic);
    if (kind === 'feed' && id !== undefined) {
      const status = feedStatusSchema.safeParse(document.values());
      if (status.success) this.feeds.set(id, status.data);
    }
    if (!this.#isWanted(topic)) return;
    const rows = this.#rows.rowsOf(change);
    if (rows.length > 0) this.#events.rows(this.namespace, rows);
  }

  /** One that was there before and comes back was perhaps forgotten meanwhile: it is asked for again. */
  #list(topics: readonly string[]): void {
    const appeared = topics.filter(
      (topic) => !this.#listed.has(topic) && (this.#isWanted(topic) || parseTopic(topic).kind === 'feed'),
    );
    this.#listed = new Set(topics);
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

import { createSubscriber } from 'svelte/reactivity';
import type { LogEntry, NewsListener, TopicRefusal, TopicState } from './topic-state.ts';

/** A route change or an `{#if}` lets go of a topic and takes it again at once; leaving and joining would be waste. */
export const LINGER_MS = 5_000;

interface TopicHolder {
  hold(topic: string): void;
  release(topic: string): void;
}

/**
 * One topic as components read it. Reading `current` in an effect or a template holds the topic; it is let go some
 * seconds after the last reader went. Outside of effects use `peek`, which holds nothing.
 */
export class LiveTopic {
  readonly name: string;
  readonly #holder: TopicHolder;
  readonly #read: () => void;
  readonly #listeners = new Set<NewsListener>();
  #notify: (() => void) | undefined;
  #readers = 0;
  #isHeld = false;
  #lingerTimer: ReturnType<typeof setTimeout> | undefined;
  #state: TopicState | undefined;
  #refusal: TopicRefusal | undefined;

  constructor(name: string, holder: TopicHolder) {
    this.name = name;
    this.#holder = holder;
    this.#read = createSubscriber((update) => {
      this.#notify = update;
      this.#addReader();
      return () => {
        this.#notify = undefined;
        this.#removeReader();
      };
    });
  }

  /** Undefined while loading, and when the server refuses it. */
  get current(): TopicState | undefined {
    this.#read();
    return this.#state;
  }

  /** Why there is no `current` and will be none before the topic appears in the directory. */
  get refusal(): TopicRefusal | undefined {
    this.#read();
    return this.#refusal;
  }

  peek(): TopicState | undefined {
    return this.#state;
  }

  /** Hears of entries that came after the first snapshot, once each. Holds the topic meanwhile. */
  onNews(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    this.#addReader();
    return () => {
      if (this.#listeners.delete(listener)) this.#removeReader();
    };
  }

  /** For `Live` only: shows a new state. */
  show(state: TopicState | undefined, news: readonly LogEntry[]): void {
    // Painting lags the wire by a moment, in which the topic may have been let go.
    if (!this.#isHeld) return;
    this.#state = state;
    this.#refusal = undefined;
    this.#notify?.();
    if (state !== undefined && news.length > 0) for (const listener of this.#listeners) listener(news, state);
  }

  /** For `Live` only. */
  refuse(refusal: TopicRefusal): void {
    if (!this.#isHeld) return;
    this.#state = undefined;
    this.#refusal = refusal;
    this.#notify?.();
  }

  #addReader(): void {
    this.#readers++;
    clearTimeout(this.#lingerTimer);
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#holder.hold(this.name);
  }

  #removeReader(): void {
    this.#readers--;
    if (this.#readers > 0) return;
    this.#lingerTimer = setTimeout(() => {
      this.#isHeld = false;
      // A state nobody keeps up to date must not be shown as news later.
      this.#state = undefined;
      this.#refusal = undefined;
      this.#holder.release(this.name);
    }, LINGER_MS);
  }
}

import type { FeedStatus } from '@bigboard/shared/directory';
import { parseTopic, VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { untrack } from 'svelte';
import type { HeardFeed } from './connection.svelte.ts';
import { asDirectory, asFeedStatus } from './kinds.ts';
import type { Live } from './live.svelte.ts';
import { StreamClock } from './stream-clock.ts';
import type { TopicState } from './topic-state.ts';

/** Topics that change with almost every update of a namespace's feeds: between two words of a feed they tell its time. */
const TIMEKEEPERS: Readonly<Record<ViewerNamespace, string>> = { markets: 'watch', sports: 'scores' };

/** Made of everything in their namespace, whatever feeds it comes from; the directory has room for one of them. */
const SHARED_KINDS: ReadonlySet<string> = new Set(['watch', 'sparks', 'movers', 'scores', 'table']);

/** So often is a namespace that has nothing asked whether it has something now. */
const EMPTY_RETRY_MS = 5_000;

type FeedSource = Pick<Live, 'topic' | 'connection' | 'askAgain'>;

/** A feed as far as the page knows it. */
export interface FeedView {
  readonly name: string;
  /** Undefined until its topic arrives. */
  readonly status: FeedStatus | undefined;
  /** What the newest beat said; undefined before the first. */
  readonly health: HeardFeed | undefined;
}

/** Which feed a topic comes from, how it does, and what time it is there. Follows the directories and every feed named. */
export class Feeds {
  readonly #live: FeedSource;
  /** By namespace and name: a feed of two namespaces may tell of different years in them. */
  readonly #clocks = new Map<string, StreamClock>();
  #stop: (() => void) | undefined;

  constructor(live: FeedSource) {
    this.#live = live;
  }

  start(): void {
    this.#stop = $effect.root(() => {
      for (const namespace of VIEWER_NAMESPACES) this.#follow(namespace);
    });
  }

  stop(): void {
    this.#stop?.();
  }

  /** Reactive. Undefined while the directory has not arrived or does not know the topic. */
  feedOf(namespace: ViewerNamespace, topic: string): FeedView | undefined {
    const name = this.#nameOf(namespace, topic);
    return name === undefined ? undefined : this.#view(namespace, name);
  }

  /** Every feed that has to run for the topic to be live. Reactive. */
  feedsOf(namespace: ViewerNamespace, topic: string): readonly FeedView[] {
    if (SHARED_KINDS.has(parseTopic(topic).kind)) {
      return Object.keys(this.#live.connection.feeds[namespace]).map((name) => this.#view(namespace, name));
    }
    const feed = this.feedOf(namespace, topic);
    return feed === undefined ? [] : [feed];
  }

  /** The stream time of the topic's feed at a wall time; the wall time itself while the feed is unknown. */
  streamTimeAt(namespace: ViewerNamespace, topic: string, wallMs: number): number {
    const name = this.#nameOf(namespace, topic);
    if (name === undefined) return wallMs;
    // A panel may ask in the very turn in which the feed first told its time.
    const key = keyOf(namespace, name);
    if (!this.#clocks.has(key)) this.#setClock(key, this.#live.topic(namespace, `feed:${name}`).peek());
    return this.#clocks.get(key)?.at(wallMs) ?? wallMs;
  }

  #view(namespace: ViewerNamespace, name: string): FeedView {
    const status = asFeedStatus(this.#live.topic(namespace, `feed:${name}`).current);
    return { name, status, health: this.#live.connection.feeds[namespace][name] };
  }

  /**
   * A topic made of several feeds may be listed under one that writes nothing here; then the namespace's own answers. Any
   * other is of the feed it is listed under or of none: a pushed topic must not pass for a part of a simulation.
   */
  #nameOf(namespace: ViewerNamespace, topic: string): string | undefined {
    const directory = asDirectory(this.#live.topic(namespace, 'topics').current);
    const listed = directory?.[topic]?.feed;
    if (directory === undefined || listed === undefined) return undefined;
    if (directory[`feed:${listed}`] !== undefined) return listed;
    if (!SHARED_KINDS.has(parseTopic(topic).kind)) return undefined;
    return Object.keys(directory)
      .find((name) => name.startsWith('feed:'))
      ?.slice('feed:'.length);
  }

  #follow(namespace: ViewerNamespace): void {
    const directory = $derived(asDirectory(this.#live.topic(namespace, 'topics').current));
    // As text, so that a directory that grows by anything else does not follow every feed anew.
    const names = $derived(
      Object.keys(directory ?? {})
        .filter((topic) => topic.startsWith('feed:'))
        .map((topic) => topic.slice('feed:'.length))
        .join(),
    );
    $effect(() => {
      const known = directory;
      if (known !== undefined) untrack(() => this.#live.askAgain(namespace, (topic) => topic in known));
    });
    // No directory names the directory; a feed may begin it at any time.
    $effect(() => {
      if (this.#live.topic(namespace, 'topics').refusal === undefined) return;
      const ask = () => this.#live.askAgain(namespace, (topic) => topic === 'topics');
      const timer = setInterval(ask, EMPTY_RETRY_MS);
      return () => clearInterval(timer);
    });
    $effect(() => this.#keepTime(namespace));
    $effect(() => {
      for (const name of names.split(',').filter(Boolean)) {
        $effect(() => this.#setClock(keyOf(namespace, name), this.#live.topic(namespace, `feed:${name}`).current));
      }
    });
  }

  #keepTime(namespace: ViewerNamespace): void {
    const topic = TIMEKEEPERS[namespace];
    const state = this.#live.topic(namespace, topic).current;
    const name = this.#nameOf(namespace, topic);
    if (name === undefined || state === undefined) return;
    // What was there on arrival may be old by any amount.
    this.#clocks.get(keyOf(namespace, name))?.observe(state.time, state.receivedAtMs, state.full);
  }

  #setClock(key: string, state: TopicState | undefined): void {
    const status = asFeedStatus(state);
    if (state === undefined || status === undefined) return;
    const clock = this.#clocks.get(key) ?? new StreamClock();
    this.#clocks.set(key, clock);
    clock.setSpeed(status.state === 'running' ? status.speed : 0, state.receivedAtMs);
    clock.observe(status.lastEventTime, state.receivedAtMs);
  }
}

function keyOf(namespace: ViewerNamespace, name: string): string {
  return `${namespace}/${name}`;
}

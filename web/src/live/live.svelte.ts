import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { Connection, type ConnectionState } from './connection.svelte.ts';
import { Feeds } from './feeds.svelte.ts';
import { asDirectory, type Directory } from './kinds.ts';
import { LiveTopic } from './live-topic.svelte.ts';
import { NamespaceLink } from './namespace-link.ts';
import { PaintScheduler } from './paint-scheduler.ts';
import { PendingChanges, type Pending } from './pending-changes.ts';
import { ServerClock } from './server-clock.ts';
import { Ticker } from './ticker.ts';
import type { TopicState } from './topic-state.ts';
import { Transport } from './transport.ts';

/** A namespace as the page holds it. */
class LiveNamespace {
  readonly topics = new Map<string, LiveTopic>();
  readonly pending = new PendingChanges();
  /** Names the server refused, and the code it gave. */
  readonly rejected = new Map<string, string>();
}

/** Everything live on the page. One instance, handed down by context (see `context.ts`). */
export class Live {
  readonly feeds: Feeds;
  readonly #ticker = new Ticker();
  readonly #connection = new Connection();
  readonly #clock = new ServerClock();
  readonly #transport: Transport;
  readonly #namespaces: Record<ViewerNamespace, LiveNamespace>;
  readonly #links: Record<ViewerNamespace, NamespaceLink>;
  readonly #scheduler = new PaintScheduler(() => this.#paint());
  readonly #catchingUp = new Set<ViewerNamespace>();

  /** @param url where the server is; the page's own origin by default */
  constructor(url: string = location.origin) {
    this.#transport = new Transport(url, this.#connection);
    this.#namespaces = { markets: new LiveNamespace(), sports: new LiveNamespace() };
    this.#links = { markets: this.#link('markets'), sports: this.#link('sports') };
    this.feeds = new Feeds(this);
  }

  get connection(): ConnectionState {
    return this.#connection.current;
  }

  /** This browser's wall time, reactive: twice a second. For ages, countdowns and match clocks. */
  get nowMs(): number {
    return this.#ticker.nowMs;
  }

  start(): void {
    document.addEventListener('visibilitychange', this.#visibilityChanged);
    this.#scheduler.start();
    this.feeds.start();
    this.#transport.start();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    this.feeds.stop();
    this.#scheduler.stop();
    this.#transport.stop();
  }

  topic(namespace: ViewerNamespace, name: string): LiveTopic {
    const { topics, rejected } = this.#namespaces[namespace];
    let topic = topics.get(name);
    if (topic === undefined) {
      topic = new LiveTopic(name, {
        hold: () => this.#links[namespace].want(name),
        release: () => {
          rejected.delete(name);
          this.#links[namespace].unwant(name);
        },
      });
      topics.set(name, topic);
    }
    return topic;
  }

  /** No feed has told anything of it: there is not even a directory. Reactive. */
  isEmpty(namespace: ViewerNamespace): boolean {
    return this.topic(namespace, 'topics').refusal?.code === 'unknown_topic';
  }

  /** What there is in a namespace; undefined while that is not known. Reactive. */
  directory(namespace: ViewerNamespace): Directory | undefined {
    return asDirectory(this.topic(namespace, 'topics').current);
  }

  /** It is known that there is no such topic, so that nobody need wait for it. Reactive. */
  lacks(namespace: ViewerNamespace, name: string): boolean {
    const directory = this.directory(namespace);
    return directory === undefined ? this.isEmpty(namespace) : !Object.hasOwn(directory, name);
  }

  retryNow(): void {
    this.#transport.retryNow();
  }

  /** Follows topics that were unknown before and now stand in the directory. */
  askAgain(namespace: ViewerNamespace, isKnown: (topic: string) => boolean): void {
    const { rejected } = this.#namespaces[namespace];
    for (const name of rejected.keys()) {
      if (!isKnown(name)) continue;
      rejected.delete(name);
      this.#links[namespace].want(name);
    }
  }

  /** What found no room beside others may find it now. */
  #useRoom(namespace: ViewerNamespace): void {
    const { rejected } = this.#namespaces[namespace];
    this.askAgain(namespace, (name) => rejected.get(name) === 'too_many_topics');
  }

  #link(namespace: ViewerNamespace): NamespaceLink {
    const held = this.#namespaces[namespace];
    const link = new NamespaceLink(namespace, this.#transport.socket(namespace), this.#clock, {
      changed: (change) => {
        held.pending.add(change, Date.now());
        this.#scheduler.request();
      },
      rejected: (topic, code, message) => {
        held.rejected.set(topic, code);
        held.topics.get(topic)?.refuse({ code, message });
      },
      released: () => this.#useRoom(namespace),
      caughtUp: () => this.#caughtUp(namespace),
      beat: (beat) => this.#connection.noteBeat(namespace, beat, Date.now(), this.#clock.offsetMs),
      notice: (notice) => {
        this.#transport.obey(notice);
        this.#connection.noteNotice(notice, Date.now());
      },
      presence: (watching) => this.#connection.change({ watching }),
      latency: (latencyMs) => this.#connection.noteLatency(latencyMs),
      silent: () => this.#transport.drop(),
    });
    link.socket.on('connect', () => this.#catchingUp.add(namespace));
    return link;
  }

  #caughtUp(namespace: ViewerNamespace): void {
    this.#catchingUp.delete(namespace);
    const isDone = VIEWER_NAMESPACES.every((name) => !this.#catchingUp.has(name));
    if (isDone && this.#connection.current.catchingUpSinceMs !== undefined) {
      this.#connection.change({ catchingUpSinceMs: undefined });
    }
  }

  #paint(): void {
    for (const held of Object.values(this.#namespaces)) {
      for (const pending of held.pending.take()) this.#show(held, pending);
    }
  }

  #show(held: LiveNamespace, { change, isFull, news, receivedAtMs }: Pending): void {
    const { topic, document, removed } = change;
    const live = held.topics.get(topic);
    if (live === undefined) return;
    // A topic the server no longer knows was refused before this paint; the refusal is what is shown.
    if (removed && held.rejected.has(topic)) return;
    const state: TopicState = {
      topic,
      time: document.time,
      fields: document.values(),
      log: document.log,
      removed,
      receivedAtMs,
      full: isFull,
    };
    const isFirst = live.peek() === undefined;
    live.show(state, isFirst ? [] : news);
  }

  readonly #visibilityChanged = () => {
    if (!document.hidden) this.#connection.change({ shownAtMs: Date.now() });
  };
}

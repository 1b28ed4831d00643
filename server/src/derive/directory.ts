import type { DirectoryEntry } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from './deriver.ts';

/** What the topics of a kind are about. */
interface Kind {
  /** Topics of all kinds with the same word here and the same id are about one thing. */
  readonly of: string;
  /** What they show of it; a kind that is the thing itself needs no word. */
  readonly view?: string;
  /** Reads the thing's title from fields that name it. */
  readonly title?: (fields: NonNullable<Update['fields']>) => Json | undefined;
}

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['quote', { of: 'stock', title: ({ name }) => name }],
  ['trades', { of: 'stock', view: 'trades' }],
  ['candles', { of: 'stock', view: 'candles' }],
  ['depth', { of: 'stock', view: 'depth' }],
  ['match', { of: 'match', title: ({ home, away }) => titleOfMatch(nameOf(home), nameOf(away)) }],
  ['winprob', { of: 'match', view: 'win probability' }],
  ['table', { of: 'table', title: ({ title }) => title }],
  ['feed', { of: 'feed', title: ({ title }) => title }],
]);

interface Thing {
  title?: string;
  /** The feed that writes about it. */
  feed?: string;
  readonly topics: Set<string>;
}

/** The directory: `topics` has a field for every topic of the namespace that is not removed. */
export class DirectoryDeriver implements Deriver {
  readonly name = 'directory';
  readonly namespace: ViewerNamespace;
  readonly #feeds: ReadonlySet<string>;
  readonly #things = new Map<string, Thing>();
  #firstFeed = '';

  /** @param feeds the names of all feeds; the first that writes to this namespace answers for what is derived from all */
  constructor(namespace: ViewerNamespace, feeds: readonly string[]) {
    this.namespace = namespace;
    this.#feeds = new Set(feeds);
  }

  fold({ topic, time, fields, log, reset }: Update, producer: string): readonly Update[] {
    const { kind, id } = parseTopic(topic);
    const key = `${KINDS.get(kind)?.of ?? kind}:${id ?? ''}`;
    if (reset && fields === undefined && log === undefined) return this.#delist(key, topic, time);
    const thing = this.#things.get(key) ?? { topics: new Set() };
    const title = fields === undefined ? undefined : KINDS.get(kind)?.title?.(fields);
    const isNamed = typeof title === 'string' && thing.title !== title;
    if (thing.topics.has(topic) && !isNamed) return [];
    this.#things.set(key, thing);
    thing.topics.add(topic);
    if (isNamed) thing.title = title;
    if (this.#feeds.has(producer)) {
      thing.feed = producer;
      this.#firstFeed ||= producer;
    }
    const about = isNamed ? [...thing.topics] : [topic];
    return [
      { topic: 'topics', time, fields: Object.fromEntries(about.map((name) => [name, this.#entry(name, thing)])) },
    ];
  }

  settle(): readonly Update[] {
    return [];
  }

  #delist(key: string, topic: string, time: number): readonly Update[] {
    const thing = this.#things.get(key);
    if (thing === undefined || !thing.topics.delete(topic)) return [];
    if (thing.topics.size === 0) this.#things.delete(key);
    return [{ topic: 'topics', time, fields: { [topic]: null } }];
  }

  #entry(topic: string, thing: Thing): DirectoryEntry & { readonly [name: string]: Json } {
    const { kind, id, view } = parseTopic(topic);
    const parts = [thing.title ?? id ?? kind, KINDS.get(kind)?.view, view];
    const title = parts.filter((part) => part !== undefined).join(', ');
    return { kind, title, feed: thing.feed ?? this.#firstFeed };
  }
}

function titleOfMatch(home: string | undefined, away: string | undefined): string | undefined {
  return home === undefined || away === undefined ? undefined : `${home} – ${away}`;
}

function nameOf(team: Json | undefined): string | undefined {
  if (typeof team !== 'object' || team === null || !('name' in team)) return undefined;
  return typeof team.name === 'string' ? team.name : undefined;
}

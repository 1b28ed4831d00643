import type { DirectoryEntry } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from './deriver.ts';

/** Kinds whose fields name the thing that all topics with the same id are about. */
const TITLES: Readonly<Record<string, (fields: NonNullable<Update['fields']>) => Json | undefined>> = {
  quote: ({ name }) => name,
  match: ({ home, away }) => {
    const [first, second] = [nameOf(home), nameOf(away)];
    return first === undefined || second === undefined ? undefined : `${first} – ${second}`;
  },
  table: ({ title }) => title,
  feed: ({ title }) => title,
};

/** What a topic of the kind shows of the thing; a kind that is the thing itself needs no word. */
const VIEWS: Readonly<Record<string, string>> = {
  trades: 'trades',
  candles: 'candles',
  depth: 'depth',
  winprob: 'win probability',
};

/** The directory: `topics` has a field for every topic of the namespace that is not removed. */
export class DirectoryDeriver implements Deriver {
  readonly name = 'directory';
  readonly namespace: ViewerNamespace;
  readonly #feeds: ReadonlySet<string>;
  readonly #titles = new Map<string, string>();
  readonly #feedOfId = new Map<string, string>();
  readonly #listed = new Set<string>();

  /** @param feeds the names of the feeds that write to this namespace; the first answers for what is derived from all */
  constructor(namespace: ViewerNamespace, feeds: readonly string[]) {
    this.namespace = namespace;
    this.#feeds = new Set(feeds);
  }

  fold({ topic, time, fields, log, reset }: Update, producer: string): readonly Update[] {
    if (reset && fields === undefined && log === undefined) return this.#delist(topic, time);
    const { kind, id } = parseTopic(topic);
    const isNew = !this.#listed.has(topic);
    const title = fields === undefined ? undefined : TITLES[kind]?.(fields);
    const isNamed = typeof title === 'string' && id !== undefined && this.#titles.get(id) !== title;
    if (!isNew && !isNamed) return [];
    if (isNamed) this.#titles.set(id, title);
    if (id !== undefined && this.#feeds.has(producer)) this.#feedOfId.set(id, producer);
    this.#listed.add(topic);
    const about = isNamed ? [...this.#listed].filter((listed) => parseTopic(listed).id === id) : [topic];
    return [{ topic: 'topics', time, fields: Object.fromEntries(about.map((name) => [name, this.#entry(name)])) }];
  }

  settle(): readonly Update[] {
    return [];
  }

  #delist(topic: string, time: number): readonly Update[] {
    if (!this.#listed.delete(topic)) return [];
    return [{ topic: 'topics', time, fields: { [topic]: null } }];
  }

  #entry(topic: string): DirectoryEntry & { readonly [name: string]: Json } {
    const { kind, id, view } = parseTopic(topic);
    const name = id === undefined ? kind : (this.#titles.get(id) ?? id);
    const title = [name, VIEWS[kind], view].filter((part) => part !== undefined).join(', ');
    const feed = (id === undefined ? undefined : this.#feedOfId.get(id)) ?? this.#feeds.values().next().value ?? '';
    return { kind, title, feed };
  }
}

function nameOf(team: Json | undefined): string | undefined {
  if (typeof team !== 'object' || team === null || !('name' in team)) return undefined;
  return typeof team.name === 'string' ? team.name : undefined;
}

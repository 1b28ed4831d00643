import { directoryEntrySchema, type DirectoryEntry } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import { feedOfProducer } from '../store/producer-name.ts';
import type { Deriver, Restored } from './deriver.ts';
import { isRemoval } from './removal.ts';

/** What the topics of a kind are about. */
interface Kind {
  /** Topics of all kinds with the same word here and the same id are about one thing. */
  readonly of: string;
  /** What they show of it; a kind that is the thing itself needs no word. */
  readonly view?: string;
  /** Reads the thing's title from fields that name it. */
  readonly title?: (fields: NonNullable<Update['fields']>) => Json | undefined;
  /** Computed from the others of the thing, and belongs to whoever writes those. */
  readonly isDerived?: true;
}

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['quote', { of: 'stock', title: ({ name }) => name }],
  ['trades', { of: 'stock', view: 'trades' }],
  ['candles', { of: 'stock', view: 'candles', isDerived: true }],
  ['depth', { of: 'stock', view: 'depth' }],
  ['match', { of: 'match', title: ({ home, away }) => titleOfMatch(nameOf(home), nameOf(away)) }],
  ['winprob', { of: 'match', view: 'win probability', isDerived: true }],
  ['table', { of: 'table', title: ({ title }) => title }],
  ['feed', { of: 'feed', title: ({ title }) => title }],
]);

interface Thing {
  title?: string;
  /** The feed that its derived topics belong to. */
  feed?: string;
  readonly topics: Set<string>;
}

/** `shared` are the topics that belong to no feed of their own. */
const stateSchema = z.object({ firstFeed: z.string(), shared: z.array(z.string()) });

/** The directory: `topics` has a field for every topic of the namespace that is not removed. */
export class DirectoryDeriver implements Deriver {
  readonly name = 'directory';
  readonly namespace: ViewerNamespace;
  readonly resumesFrom = 'log';
  readonly #things = new Map<string, Thing>();
  /** By topic, the feed that wrote it last. */
  readonly #feeds = new Map<string, string>();
  /** The fields of `topics`. */
  readonly #told = new Map<string, DirectoryEntry>();
  readonly #changed = new Set<string>();
  /** The first that wrote to this namespace, of those that still have a topic: it answers for what is derived from all. */
  #firstFeed = '';
  #newestTimeMs = 0;

  constructor(namespace: ViewerNamespace) {
    this.namespace = namespace;
  }

  fold(update: Update, producer: string): void {
    const { topic } = update;
    const key = keyOf(topic);
    const thing = this.#things.get(key) ?? { topics: new Set() };
    if (isRemoval(update)) {
      if (!thing.topics.delete(topic)) return;
      this.#feeds.delete(topic);
      if (thing.topics.size === 0) this.#things.delete(key);
      this.#mark(update, thing);
      return;
    }
    const isNew = !thing.topics.has(topic);
    this.#things.set(key, thing);
    thing.topics.add(topic);
    const isRenamed = this.#name(thing, update);
    const hasMoved = this.#attribute(thing, topic, feedOfProducer(producer));
    if (isNew || isRenamed || hasMoved) this.#mark(update, thing);
  }

  settle(): readonly Update[] {
    if (this.#changed.size === 0) return [];
    this.#replaceFirstFeed();
    const fields = new Map<string, Json>();
    for (const topic of this.#changed) {
      const thing = this.#things.get(keyOf(topic));
      const entry = thing?.topics.has(topic) ? this.#entry(topic, thing) : undefined;
      if (isSame(entry, this.#told.get(topic))) continue;
      if (entry === undefined) this.#told.delete(topic);
      else this.#told.set(topic, entry);
      fields.set(topic, entry === undefined ? null : { ...entry });
    }
    this.#changed.clear();
    return fields.size > 0 ? [{ topic: 'topics', time: this.#newestTimeMs, fields: Object.fromEntries(fields) }] : [];
  }

  state(): Json {
    return { firstFeed: this.#firstFeed, shared: this.#sharedTopics() };
  }

  restore({ documents, state }: Restored): void {
    const known = stateSchema.safeParse(state);
    const shared = new Set(known.data?.shared);
    for (const [topic, field] of Object.entries(documents.get('topics')?.values() ?? {})) {
      const entry = directoryEntrySchema.safeParse(field);
      if (entry.success) this.#recall(topic, entry.data, shared.has(topic));
    }
    if (known.success) this.#firstFeed = known.data.firstFeed;
    else this.#enlist(documents);
  }

  #recall(topic: string, entry: DirectoryEntry, isShared: boolean): void {
    const { kind, id } = parseTopic(topic);
    const key = keyOf(topic);
    const thing = this.#things.get(key) ?? { topics: new Set() };
    this.#things.set(key, thing);
    thing.topics.add(topic);
    this.#told.set(topic, entry);
    const name = entry.title.slice(0, entry.title.length - suffixOf(topic).length);
    if (name !== (id ?? kind)) thing.title = name;
    if (isShared || entry.feed === '') return;
    if (isDerivedOfThing(topic)) thing.feed = entry.feed;
    else this.#feeds.set(topic, entry.feed);
  }

  /** Nothing is known of who wrote what; what there is can be listed all the same. */
  #enlist(documents: Restored['documents']): void {
    for (const [topic, document] of documents) {
      const { kind, id } = parseTopic(topic);
      if (topic === 'topics' || document.removed) continue;
      if (kind === 'feed') this.#firstFeed ||= id ?? '';
      this.fold({ topic, time: document.time, fields: document.values() }, `derived:${this.name}`);
    }
  }

  #name(thing: Thing, { topic, fields }: Update): boolean {
    const title = fields === undefined ? undefined : KINDS.get(parseTopic(topic).kind)?.title?.(fields);
    if (typeof title !== 'string' || thing.title === title) return false;
    thing.title = title;
    return true;
  }

  /** @returns whether the topic, or what is derived of its thing, belongs to another feed than before */
  #attribute(thing: Thing, topic: string, feed: string | undefined): boolean {
    if (feed === undefined) return false;
    this.#firstFeed ||= feed;
    if (!isDerivedOfThing(topic)) {
      const before = this.#feeds.get(topic);
      this.#feeds.set(topic, feed);
      return before !== feed;
    }
    if (thing.feed === feed || this.#sourceFeed(thing) !== undefined) return false;
    thing.feed = feed;
    return true;
  }

  /** Of what the thing's derived topics are made: of the one that names it, if it is there. */
  #sourceFeed({ topics }: Thing): string | undefined {
    const written = [...topics].filter((topic) => this.#feeds.has(topic)).sort();
    const naming = written.find((topic) => KINDS.get(parseTopic(topic).kind)?.title !== undefined);
    return this.#feeds.get(naming ?? written[0] ?? '');
  }

  #sharedTopics(): string[] {
    return [...this.#told.keys()].filter((topic) => this.#feedOf(topic) === undefined);
  }

  #feedOf(topic: string): string | undefined {
    return isDerivedOfThing(topic) ? this.#things.get(keyOf(topic))?.feed : this.#feeds.get(topic);
  }

  /** A feed that is gone answers for nothing. */
  #replaceFirstFeed(): void {
    const feeds = new Set(this.#feeds.values());
    if (this.#firstFeed === '' || feeds.has(this.#firstFeed)) return;
    const [first = ''] = [...this.#feeds.keys()].sort();
    this.#firstFeed = this.#feeds.get(first) ?? '';
    for (const topic of this.#sharedTopics()) this.#changed.add(topic);
  }

  #mark({ topic, time }: Update, thing: Thing): void {
    thing.feed = this.#sourceFeed(thing) ?? thing.feed;
    for (const name of [topic, ...thing.topics]) this.#changed.add(name);
    this.#newestTimeMs = time;
  }

  #entry(topic: string, thing: Thing): DirectoryEntry {
    const { kind, id } = parseTopic(topic);
    return { kind, title: (thing.title ?? id ?? kind) + suffixOf(topic), feed: this.#feedOf(topic) ?? this.#firstFeed };
  }
}

/**
 * The topics that belong to a feed, as the directory stands in the log: those it wrote last, and what is made of those alone.
 * @param fields of `topics`
 * @param stored the state of the directory
 * @returns undefined when nobody knows: without the state, what belongs to no feed looks like the first one's
 */
export function topicsOfFeed(
  feed: string,
  fields: Readonly<Record<string, Json>>,
  stored: Json | undefined,
): string[] | undefined {
  const state = stateSchema.safeParse(stored).data;
  if (state === undefined) return undefined;
  const shared = new Set(state.shared);
  const isOurs = (topic: string) => {
    const entry = directoryEntrySchema.safeParse(fields[topic]).data;
    return entry?.feed === feed && !shared.has(topic);
  };
  const listed = Object.keys(fields).filter((topic) => parseTopic(topic).kind !== 'feed');
  const ofOthers = new Set(listed.filter((topic) => !isDerivedOfThing(topic) && !isOurs(topic)).map(keyOf));
  return listed.filter((topic) => isOurs(topic) && !(isDerivedOfThing(topic) && ofOthers.has(keyOf(topic))));
}

function isDerivedOfThing(topic: string): boolean {
  return KINDS.get(parseTopic(topic).kind)?.isDerived === true;
}

function keyOf(topic: string): string {
  const { kind, id } = parseTopic(topic);
  return `${KINDS.get(kind)?.of ?? kind}:${id ?? ''}`;
}

/** What comes after the thing's name in the title of one of its topics. */
function suffixOf(topic: string): string {
  const { kind, view } = parseTopic(topic);
  return [KINDS.get(kind)?.view, view].map((part) => (part === undefined ? '' : `, ${part}`)).join('');
}

function isSame(a: DirectoryEntry | undefined, b: DirectoryEntry | undefined): boolean {
  return a?.kind === b?.kind && a?.title === b?.title && a?.feed === b?.feed;
}

function titleOfMatch(home: string | undefined, away: string | undefined): string | undefined {
  return home === undefined || away === undefined ? undefined : `${home} – ${away}`;
}

function nameOf(team: Json | undefined): string | undefined {
  if (typeof team !== 'object' || team === null || !('name' in team)) return undefined;
  return typeof team.name === 'string' ? team.name : undefined;
}

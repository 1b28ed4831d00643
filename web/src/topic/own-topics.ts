import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Directory } from '../live/kinds.ts';

/** The kinds the page has panels for, or is made of. Whatever else is on the board is an adopter's own. */
const KNOWN_KINDS: Readonly<Record<ViewerNamespace, ReadonlySet<string>>> = {
  markets: new Set(['topics', 'feed', 'quote', 'trades', 'candles', 'depth', 'watch', 'sparks', 'movers', 'session']),
  sports: new Set(['topics', 'feed', 'match', 'winprob', 'scores', 'table']),
};

export interface OwnTopic {
  readonly namespace: ViewerNamespace;
  readonly topic: string;
  readonly title: string;
}

/** Topics of one kind in one namespace. */
export interface TopicGroup {
  readonly namespace: ViewerNamespace;
  readonly kind: string;
  readonly topics: readonly OwnTopic[];
}

/** `boiler-2` before `boiler-10`. */
const byName = new Intl.Collator('en-GB', { numeric: true });

/** The topics of unknown kinds, by kind and title. */
export function groupOwnTopics(
  directories: Readonly<Partial<Record<ViewerNamespace, Directory | undefined>>>,
): readonly TopicGroup[] {
  const groups = new Map<string, { namespace: ViewerNamespace; kind: string; topics: OwnTopic[] }>();
  for (const [namespace, known] of Object.entries(KNOWN_KINDS) as [ViewerNamespace, ReadonlySet<string>][]) {
    for (const [topic, { title }] of Object.entries(directories[namespace] ?? {})) {
      const { kind } = parseTopic(topic);
      if (known.has(kind)) continue;
      const key = `${namespace}/${kind}`;
      const group = groups.get(key) ?? { namespace, kind, topics: [] };
      groups.set(key, group);
      group.topics.push({ namespace, topic, title });
    }
  }
  for (const { topics } of groups.values()) {
    topics.sort((a, b) => byName.compare(a.title, b.title) || byName.compare(a.topic, b.topic));
  }
  return [...groups.values()].sort((a, b) => byName.compare(a.kind, b.kind));
}

/** Topics whose name or title has all the words in it, in groups that are not empty. */
export function findTopics(groups: readonly TopicGroup[], words: string): readonly TopicGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return groups;
  return groups.flatMap((group) => {
    const topics = group.topics.filter(({ topic, title }) => {
      const text = `${topic} ${title}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
    return topics.length === 0 ? [] : [{ ...group, topics }];
  });
}

/** The page of its own that a topic of a known kind has. */
export function pageOf(namespace: ViewerNamespace, topic: string): string | undefined {
  const { kind, id } = parseTopic(topic);
  if (id === undefined) return undefined;
  if (namespace === 'markets' && ['quote', 'trades', 'candles', 'depth'].includes(kind)) return `/s/${id}`;
  return namespace === 'sports' && ['match', 'winprob'].includes(kind) ? `/m/${id}` : undefined;
}

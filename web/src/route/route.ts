import { parseQualifiedTopic, type ViewerNamespace } from '@bigboard/shared/topic';

/** What the address bar says, typed. Symbols and match ids are topic name parts. */
export type Route =
  | { readonly page: 'board' }
  | { readonly page: 'symbol'; readonly symbol: string }
  | { readonly page: 'match'; readonly match: string }
  | { readonly page: 'topic'; readonly namespace: ViewerNamespace; readonly topic: string }
  | { readonly page: 'ops' }
  | { readonly page: 'not-found'; readonly path: string };

const NAME = '([A-Za-z0-9._-]+)';
const SYMBOL = new RegExp(`^/s/${NAME}/?$`);
const MATCH = new RegExp(`^/m/${NAME}/?$`);
const OPS = /^\/ops\/?$/;
const TOPIC = /^\/t\/([^/]+\/[^/]+)\/?$/;

export function parseRoute(path: string): Route {
  if (path === '/' || path === '/index.html') return { page: 'board' };
  if (OPS.test(path)) return { page: 'ops' };
  const symbol = SYMBOL.exec(path)?.[1];
  if (symbol !== undefined) return { page: 'symbol', symbol };
  const match = MATCH.exec(path)?.[1];
  if (match !== undefined) return { page: 'match', match };
  // A program that makes links may well write the colon as `%3A`; nothing else in a name is ever escaped.
  const topic = parseQualifiedTopic(TOPIC.exec(path)?.[1]?.replaceAll(/%3a/gi, ':') ?? '');
  if (topic !== undefined) return { page: 'topic', ...topic };
  return { page: 'not-found', path };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case 'board':
      return '/';
    case 'symbol':
      return `/s/${route.symbol}`;
    case 'match':
      return `/m/${route.match}`;
    case 'topic':
      return `/t/${route.namespace}/${route.topic}`;
    case 'ops':
      return '/ops';
    case 'not-found':
      return route.path;
  }
}

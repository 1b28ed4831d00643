/** The public name of one stream of state: `kind[:id[:view]]`, for example `quote:ACME` or `candles:ACME:1m`. */
export interface Topic {
  readonly kind: string;
  readonly id?: string;
  readonly view?: string;
}

export const VIEWER_NAMESPACES = ['markets', 'sports'] as const;
/** A namespace viewers read: one ordered log each. On the wire it is written with a slash before it. */
export type ViewerNamespace = (typeof VIEWER_NAMESPACES)[number];

export const TOPIC_MAX_LENGTH = 128;
const TOPIC_PATTERN = /^[A-Za-z0-9._-]+(?::[A-Za-z0-9._-]+){0,2}$/;

export function isTopicName(name: unknown): name is string {
  // The length is checked first so that a megabyte of text never meets the pattern.
  return typeof name === 'string' && name.length <= TOPIC_MAX_LENGTH && TOPIC_PATTERN.test(name);
}

/** Splits a valid topic name; call `isTopicName` first on anything from outside. */
export function parseTopic(name: string): Topic {
  const [kind, id, view] = name.split(':');
  return { kind: kind as string, id, view };
}

export function isViewerNamespace(name: unknown): name is ViewerNamespace {
  return (VIEWER_NAMESPACES as readonly unknown[]).includes(name);
}

/** `markets/quote:ACME` -> its two halves, or undefined when either half is not valid. */
export function parseQualifiedTopic(name: string): { namespace: ViewerNamespace; topic: string } | undefined {
  const slash = name.indexOf('/');
  const namespace = name.slice(0, slash);
  const topic = name.slice(slash + 1);
  return isViewerNamespace(namespace) && isTopicName(topic) ? { namespace, topic } : undefined;
}

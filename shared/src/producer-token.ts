import { z } from 'zod';
import { FEED_SOURCES } from './directory.ts';
import { TOPIC_MAX_LENGTH, VIEWER_NAMESPACES, type ViewerNamespace } from './topic.ts';

/**
 * Who may push, and what: the list that `npm run token` writes and the server reads. A token itself is in no list, only
 * its SHA-256: whoever reads the file cannot push by it.
 */

/** In `DATA_DIR`, unless `PRODUCER_TOKENS` names another file. */
export const TOKEN_FILE_NAME = 'producer-tokens.json';

/** What a token looks like: 256 random bits in base64url after a mark by which it is found where it should not be. */
export const TOKEN_PREFIX = 'bb_';
export const TOKEN_RANDOM_BYTES = 32;

/** Of tokens and of producers. Without a colon, as both become parts of a name in the log. */
const nameSchema = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 of A-Z a-z 0-9 . _ -');
export const tokenNameSchema = nameSchema;
export const producerNameSchema = nameSchema;

const SCOPE_PATTERN = /^[a-z]*\*?\/[A-Za-z0-9._:-]*\*?$/;

/** `NAMESPACE/TOPIC`; a `*` at the end of either stands for anything: `markets/quote:*`, `sports/*`. */
export const scopeSchema = z
  .string()
  .max(TOPIC_MAX_LENGTH * 2)
  .refine(
    (scope) => {
      const [namespace = '', topic = ''] = scope.split('/');
      return SCOPE_PATTERN.test(scope) && topic !== '' && VIEWER_NAMESPACES.some((name) => fits(namespace, name));
    },
    `like markets/quote:* or sports/*; namespaces are ${VIEWER_NAMESPACES.join(' and ')}`,
  );

export const producerTokenSchema = z.strictObject({
  name: tokenNameSchema,
  /** What viewers are told the feed is called. */
  title: z.string().min(1).max(128),
  /** What they are told of where its data come from; `live` when absent. */
  source: z.enum(FEED_SOURCES).optional(),
  topics: z.array(scopeSchema).min(1).max(100),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Wall clock, milliseconds since 1970 UTC. */
  createdAtMs: z.number().int(),
  /** It is of no use from then on; absent: for ever. */
  expiresAtMs: z.number().int().optional(),
});
export type ProducerToken = z.infer<typeof producerTokenSchema>;

export const tokenFileSchema = z.strictObject({ bigboardTokens: z.literal(1), tokens: z.array(producerTokenSchema) });
export type TokenFile = z.infer<typeof tokenFileSchema>;

/** Whether a list of scopes lets a topic be written. */
export function isInScope(scopes: readonly string[], namespace: ViewerNamespace, topic: string): boolean {
  return scopes.some((scope) => {
    const slash = scope.indexOf('/');
    return fits(scope.slice(0, slash), namespace) && fits(scope.slice(slash + 1), topic);
  });
}

/** Whether anything at all of a namespace may be written. */
export function reachesNamespace(scopes: readonly string[], namespace: ViewerNamespace): boolean {
  return scopes.some((scope) => fits(scope.slice(0, scope.indexOf('/')), namespace));
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

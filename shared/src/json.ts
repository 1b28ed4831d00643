/** Any value JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The number of brackets around the innermost value: 0 for a number, 1 for `[1]`. Stops counting above `limit`, and
 * never recurses deeper than that, so a hostile value of depth 100,000 costs no stack.
 */
export function jsonDepth(value: Json, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  const children: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
  let deepest = 0;
  for (const inner of children) {
    deepest = Math.max(deepest, jsonDepth(inner, limit - 1));
    if (deepest >= limit) break;
  }
  return deepest + 1;
}

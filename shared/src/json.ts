/** Any value JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** With the `u` flag it finds surrogates that are not half of a pair. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/**
 * Why a value that came from outside cannot be kept; undefined when it can be written as JSON and read back the same, by
 * anyone. `JSON.parse` gives more than that: infinity for `1e400`, halves of surrogate pairs which no UTF-8 can carry, a
 * name `__proto__` which copying loses, and levels so deep that writing them overflows the stack.
 *
 * @param levels of brackets around the innermost value; never looks deeper, so a hostile value costs no stack
 */
export function jsonFlaw(value: unknown, levels: number): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a number out of range';
  if (typeof value === 'string') return isWellFormed(value) ? undefined : 'half of a surrogate pair';
  if (typeof value !== 'object') return 'not a JSON value';
  if (levels === 0) return 'nested too deep';
  if (Array.isArray(value)) {
    for (const inner of value as readonly unknown[]) {
      const flaw = jsonFlaw(inner, levels - 1);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') return 'a name __proto__';
    const flaw = isWellFormed(name)
      ? jsonFlaw((value as Record<string, unknown>)[name], levels - 1)
      : 'half of a surrogate pair in a name';
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** JSON has one zero: `-0` is written as `0`, so a value kept with it would change when it is read back. */
export function withOneZero(value: Json): Json {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (typeof value !== 'object' || value === null) return value;
  return hasNegativeZero(value) ? (JSON.parse(JSON.stringify(value)) as Json) : value;
}

function hasNegativeZero(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0);
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasNegativeZero);
  return Object.values(value as { readonly [name: string]: Json }).some(hasNegativeZero);
}

import type { RejectedRow } from '@bigboard/shared/publish';

/** A row as it came: what JSON gave, or why it is no JSON. */
export type RawRow = { readonly value: unknown } | { readonly unreadable: string };

/** Why a row is not taken. */
export type Flaw = Pick<RejectedRow, 'code' | 'message'>;

export function isFlaw(judged: object): judged is Flaw {
  return 'code' in judged;
}

/** The id a row gives itself; undefined when it has none, or none that counts. */
export function idOf(row: RawRow): number | undefined {
  if (!('value' in row) || typeof row.value !== 'object' || row.value === null || !Object.hasOwn(row.value, 'id')) {
    return undefined;
  }
  const { id } = row.value as { id: unknown };
  return Number.isSafeInteger(id) && (id as number) >= 1 ? (id as number) : undefined;
}

import type { TableRow } from '@bigboard/shared/sport';

const ORDINALS = ['1st', '2nd', '3rd', '4th'];

/** Where two teams stand in their group: `Japan 1st, Spain 2nd`. Empty when the table does not know both. */
export function describeStanding(rows: readonly TableRow[], codes: readonly string[]): string {
  const places = codes.map((code) => {
    const index = rows.findIndex((row) => row.code === code);
    return index < 0 ? undefined : `${rows[index]?.team} ${ORDINALS[index] ?? `${index + 1}th`}`;
  });
  return places.includes(undefined) ? '' : places.join(', ');
}

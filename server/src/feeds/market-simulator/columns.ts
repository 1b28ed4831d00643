/** Rows of one shape turned into one list a name: the names are then written once, not once a row. */
export type Columns<Row> = { readonly [Name in keyof Row]: readonly Row[Name][] };

export function toColumns<Row extends object>(rows: readonly Row[]): Columns<Row> {
  const columns: { [name: string]: unknown[] } = {};
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) (columns[name] ??= []).push(value);
  }
  return columns as unknown as Columns<Row>;
}

export function fromColumns<Row extends object>(columns: Columns<Row>): Row[] {
  const rows: { [name: string]: unknown }[] = [];
  for (const [name, values] of Object.entries<readonly unknown[]>(columns)) {
    values.forEach((value, index) => ((rows[index] ??= {})[name] = value));
  }
  return rows as unknown as Row[];
}

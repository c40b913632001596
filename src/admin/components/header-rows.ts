/** What stands for a secret value that the page does not know. */
export const MASK = '********';

/** One value of one header. Several values of a name are several rows. */
export type HeaderRow = readonly [name: string, value: string];

/** Reads the text in which the form holds headers: a JSON list of rows. */
export function parseRows(text: unknown): HeaderRow[] {
  if (typeof text !== 'string' || text === '') return [];
  return JSON.parse(text) as HeaderRow[];
}

/**
 * The rows with one changed. A mask keeps the stored value of the same name and position, so it can't follow its row
 * to another name: the value has to be typed again.
 */
export function changeRow(
  rows: readonly HeaderRow[],
  index: number,
  change: Partial<{ name: string; value: string }>,
): HeaderRow[] {
  return rows.map((row, at) => {
    if (at !== index) return row;
    const [name, value] = row;
    const renamed = change.name !== undefined && change.name.toLowerCase() !== name.toLowerCase();
    return [change.name ?? name, change.value ?? (renamed && value === MASK ? '' : value)];
  });
}

/** The rows without one; masks of the same name below it would move up to another's stored value, and are emptied. */
export function removeRow(rows: readonly HeaderRow[], index: number): HeaderRow[] {
  const removed = rows[index]?.[0].toLowerCase();
  return rows.flatMap((row, at): HeaderRow[] => {
    if (at === index) return [];
    const [name, value] = row;
    return at > index && name.toLowerCase() === removed && value === MASK ? [[name, '']] : [row];
  });
}

/**
 * Long byte strings travel to the database as one parameter and are cut apart where they are stored (`substring`): in an
 * array they would be carried through every step of the statement.
 * Returns where each part begins in the concatenation; PostgreSQL counts bytes from 1.
 */
export function startsOf(parts: readonly Buffer[]): number[] {
  let start = 1;
  return parts.map((part) => {
    const own = start;
    start += part.length;
    return own;
  });
}

/**
 * Byte strings travel to the database as one binary parameter and are cut apart there (`substring`): an array of
 * bytea would be sent as hexadecimal text, twice the bytes and a conversion on both sides.
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

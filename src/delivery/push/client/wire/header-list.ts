/** In the order they came, names as sent. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The first value of a header by its name in lower case; null when there is none. */
export function headerOf(headers: HeaderList, lowerCaseName: string): string | null {
  for (const [name, value] of headers) {
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return value;
  }
  return null;
}

/** All values of a header as one list (RFC 9110, section 5.3); null when there is none. */
export function listHeaderOf(headers: HeaderList, lowerCaseName: string): string | null {
  const values = headers.filter(([name]) => name.toLowerCase() === lowerCaseName).map(([, value]) => value);
  return values.length === 0 ? null : values.join(', ');
}

import { UnsendableError } from './errors.js';

/** A token (RFC 9110, section 5.1), and none of the names that say where a request ends or what its connection does. */
const NAME =
  /^(?!(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$)[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/i;
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** A header as it goes over the wire, with its line's end. Throws {@link UnsendableError} for what is no header. */
export function headerLine(name: string, value: string): string {
  if (!NAME.test(name)) throw new UnsendableError(`there may be no header of the name ${JSON.stringify(name)}`);
  if (NOT_IN_VALUE.test(value)) throw new UnsendableError(`header ${name} has characters that no header may have`);
  return `${name}: ${value}\r\n`;
}

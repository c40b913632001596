import type { AttemptView } from '../attempt-view.js';

/** Of a larger payload the command would be no use on a command line; then it reads a file. */
const MAX_INLINE = 8_192;

/**
 * The request of an attempt as a command line for a POSIX shell. Secrets are masked, as they are here; the signature
 * stays that of the attempt. `payload`: null where it is cut, no text, or goes into the URL.
 */
export function curlCommand({ method, url, requestHeaders }: AttemptView, payload: string | null): string {
  const parts = [`curl -i -X ${method} ${quote(url)}`];
  for (const [name, value] of requestHeaders) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (method !== 'GET') {
    const isInline = payload !== null && payload.length <= MAX_INLINE;
    parts.push(`--data-binary ${isInline ? quote(payload) : '@payload.json'}`);
  }
  return parts.join(' \\\n  ');
}

/** Within single quotes a shell changes nothing. (No payload begins with the `@` that makes curl read a file: it is JSON.) */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

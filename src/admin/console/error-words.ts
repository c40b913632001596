/** Error codes that their own letters would not make good words of. */
const WORDS: Readonly<Record<string, string>> = {
  gone: 'Gone: it wants no more data',
  tls_error: 'TLS error',
  url_too_long: 'URL too long',
  client_error: 'Refused',
  unreachable: 'Not reachable',
  address_blocked: 'Address not allowed',
  interrupted: 'Cut off by a stop of the service',
};

/** What went wrong in a few words, the HTTP status first where one came; null where nothing did. */
export function errorWords(errorCode: string | null, status: number | null): string | null {
  if (errorCode === null) return null;
  const plain = errorCode.replaceAll('_', ' ');
  const words = WORDS[errorCode] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
  return status === null ? words : `${status} ${words}`;
}

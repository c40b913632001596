/** `must be a URL` as a sentence of its own, since it stands below its field. */
export function sentence(messages: readonly string[]): string {
  const text = messages.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

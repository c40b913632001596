/** The longest that an answer is held back. */
const MAX_WAIT_SECONDS = 30;

const WAIT = /^wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i;

/**
 * For how many seconds, at most, `Prefer: wait=N` (RFC 7240) asks to wait; 0 where it doesn't. A preference that is not
 * understood is ignored, of several the first one counts.
 */
export function readWaitSeconds(prefer: string | string[] | undefined): number {
  if (prefer === undefined) return 0;
  for (const preference of [prefer].flat().join(',').split(',')) {
    const match = WAIT.exec(preference.trim());
    if (match) return Math.min(Number(match[1]), MAX_WAIT_SECONDS);
  }
  return 0;
}

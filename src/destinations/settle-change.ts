import type { Checked } from '../common/parse-input.js';
import type { DestinationFields } from './destination-input.js';
import { hasSameOrigin } from './destination-url.js';
import { hasMask, hasSecret, type Header, mergeMasks } from './header-rules.js';

/** What is stored of a destination, with its header values opened. */
interface Stored {
  readonly url: string;
  readonly headers: readonly Header[];
  /** Values that can't be read, and so are shown as masks whatever their name. */
  readonly unreadable?: ReadonlySet<string>;
}

/**
 * Puts stored values in the place of masks. Refuses a new origin while masked values remain, sent back or just left
 * as they are: a secret must not go to another host by the hand of who may not read it.
 */
export function settleChange(
  { value, errors }: Checked<Partial<DestinationFields>>,
  stored: Stored,
): Checked<Partial<DestinationFields>> {
  const merged = value.headers && mergeMasks(value.headers, stored.headers);
  const all = { ...merged?.errors, ...errors };
  const remain = value.headers
    ? hasMask(value.headers)
    : hasSecret(stored.headers) || (stored.unreadable?.size ?? 0) > 0;
  if (value.url !== undefined && !all['url'] && remain && !hasSameOrigin(value.url, stored.url)) {
    all['url'] = ['has another origin: send the values of all masked headers again'];
  }
  return { value: merged ? { ...value, headers: merged.headers } : value, errors: all };
}

import type { ChangeView } from '../change-view.ts';
import { durationText, scheduleText } from './durations.ts';

/** By what somebody changed something. */
export const ACTOR_WORDS: Readonly<Record<ChangeView['actorKind'], string>> = {
  user: 'panel',
  api_key: 'API key',
  command: 'command line',
  system: 'by itself',
};

/** What was done, as the words between who and to what. */
export const DEED_WORDS: Readonly<Record<ChangeView['action'], string>> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  enable: 'enabled',
  disable: 'disabled',
  rotate_token: 'rotated the token of',
  rotate_signing_secret: 'rotated the signing secret of',
  reveal_signing_secret: 'looked at the signing secret of',
  set_password: 'set the password of',
  make_password_link: 'made a password link for',
  revoke: 'revoked',
};

export const KIND_WORDS: Readonly<Record<ChangeView['objectKind'], string>> = {
  account: 'account',
  destination: 'destination',
  user: 'user',
  api_key: 'API key',
};

const RESOURCES: Readonly<Record<ChangeView['objectKind'], string | null>> = {
  account: 'accounts',
  destination: 'destinations',
  user: 'users',
  api_key: null,
};

/** The object's page, or null where it has none. */
export function linkToObject(kind: ChangeView['objectKind'], id: string): string | null {
  const resource = RESOURCES[kind];
  return resource === null ? null : `/admin/resources/${resource}/records/${id}/show`;
}

const MASK = '********';

const FIELD_WORDS: Readonly<Record<string, string>> = {
  url: 'URL',
  http_method: 'Method',
  timeout_ms: 'Time-out (ms)',
  max_concurrency: 'Attempts at once',
  rate_limit: 'Attempts a second',
  retry_schedule: 'Retries after',
  ordered: 'In order',
  receive_rate_limit: 'Events a second',
  disabled_reason: 'Why disabled',
  account_name: 'Name',
  account_id: 'Account',
  overlap_seconds: 'Old one valid for',
};

/** The name of a field as people read it. */
export function fieldWords(field: string): string {
  if (field.startsWith('headers.')) return `Header ${field.slice('headers.'.length)}`;
  const words = field.replaceAll('_', ' ');
  return FIELD_WORDS[field] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as people read it. */
export function valueWords(value: unknown, field = ''): string {
  if (value === null || value === undefined) return '–';
  if (value === MASK) return '••••••••';
  if (field === 'overlap_seconds') return durationText(Number(value));
  if (field === 'retry_schedule' && Array.isArray(value)) return scheduleText(value.join(',')) || 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

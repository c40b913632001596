export const OBJECT_KINDS = ['account', 'destination', 'user', 'api_key'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** A person in the panel, a program by the API, the command line, the service by itself. */
export const ACTOR_KINDS = ['user', 'api_key', 'command', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export const CHANGE_ACTIONS = [
  'create',
  'update',
  'delete',
  'enable',
  'disable',
  'rotate_token',
  'rotate_signing_secret',
  'reveal_signing_secret',
  'set_password',
  'make_password_link',
  'revoke',
] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** One field that was changed; null stands for nothing. A secret is a mask on both sides. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

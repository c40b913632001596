import { RequestMethod, SetMetadata } from '@nestjs/common';

/** What a key must be allowed to, to make a request: of one account, or of all. */
export type Role = 'read' | 'write' | 'admin';

const ADMIN_ONLY = 'admin-only';
const SHOWS_SECRETS = 'shows-secrets';

/** Nest's own metadata: the method that a handler answers. */
const METHOD = 'method';

/** Only for keys that are not bound to an account. */
export const AdminOnly = (): MethodDecorator => SetMetadata(ADMIN_ONLY, true);

/** A read that only read-write keys may make, because its answer is a secret. */
export const ShowsSecrets = (): MethodDecorator => SetMetadata(SHOWS_SECRETS, true);

/** The roles a key needs for a handler of a controller: the one place for the guard and for the API's description. */
export function rolesOf(handler: object): Role[] {
  const has = (key: string): boolean => Reflect.getMetadata(key, handler) === true;
  const isRead = !takesBody(handler) && !has(SHOWS_SECRETS);
  return [isRead ? 'read' : 'write', ...(has(ADMIN_ONLY) ? (['admin'] as const) : [])];
}

/** Does it answer a method with which a body may be sent: any but GET (and HEAD, which is answered by the same)? */
export function takesBody(handler: object): boolean {
  return Reflect.getMetadata(METHOD, handler) !== RequestMethod.GET;
}

/** The handlers of a controller with their names. */
export function handlersOf(controller: {
  readonly prototype: object;
}): [name: string, TypedPropertyDescriptor<object>][] {
  return Object.entries(Object.getOwnPropertyDescriptors(controller.prototype)).filter(
    ([, { value }]) => typeof value === 'function' && Reflect.hasMetadata(METHOD, value),
  );
}

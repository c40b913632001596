/** Where data is received. Known here because its errors and its body follow a contract of their own. */
export const RECEIVING_PATH = '/server/incoming_data';

/** `pattern`: a route's pattern as Fastify knows it, undefined when no route matched. */
export function isReceivingRoute(pattern: string | undefined): boolean {
  return pattern === RECEIVING_PATH || pattern?.startsWith(`${RECEIVING_PATH}/`) === true;
}

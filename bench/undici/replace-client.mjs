const OURS = '/dist/delivery/push/client/http-client.js';

/** A hook of Node's module loader. */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  if (!found.url.endsWith(OURS)) return found;
  return { ...found, url: new URL('./http-client.mjs', import.meta.url).href };
}

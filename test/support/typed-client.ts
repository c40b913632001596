import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api-schema.js';

/** The bodies of the API by their names in its description. */
export type Schemas = components['schemas'];

/** A client generated from the API's description: what it does not know does not compile. */
export type TypedClient = Client<paths>;

/** `key`: null sends none. */
export function typedClient(url: string, key: string | null): TypedClient {
  return createClient<paths>({
    baseUrl: url,
    redirect: 'manual',
    ...(key !== null && { headers: { Authorization: `Bearer ${key}` } }),
  });
}

/** The body of an answer that has to be 2xx. */
export async function ok<Data>(answer: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`);
  return data as Data;
}

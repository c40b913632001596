import type { HttpService } from '@nestjs/axios';
import { firstValueFrom } from 'rxjs';

/** Where the receiver of the demo stands in for three systems, each reached in its own way. */
export const DESTINATIONS = [
  { path: '/crm', http_method: 'POST', headers: { 'X-Api-Key': 'crm-secret', 'X-Source': 'demo' } },
  {
    path: '/warehouse',
    http_method: 'PUT',
    headers: { Authorization: 'Bearer warehouse-secret', 'X-Tag': ['one', 'two'] },
  },
  { path: '/statistics', http_method: 'GET', headers: { 'X-Source': 'demo' } },
] as const;

export interface SampleAccount {
  readonly accountId: string;
  readonly token: string;
  /** The signing secret by the destination's path. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Makes the account and its destinations through the API, as anybody would. */
export async function createSampleAccount(
  http: HttpService,
  service: { readonly url: string; readonly apiKey: string },
  receiverUrl: string,
): Promise<SampleAccount> {
  const headers = { Authorization: `Bearer ${service.apiKey}` };
  const post = async <Body>(path: string, body: object): Promise<Body> =>
    (await firstValueFrom(http.post<Body>(service.url + path, body, { headers }))).data;
  const account = await post<{ account_id: string; app_secret_token: string }>('/api/accounts/', {
    email: 'demo@example.com',
    account_name: 'Demo shop',
    website: 'https://shop.example.com',
  });
  const secrets = new Map<string, string>();
  for (const { path, ...fields } of DESTINATIONS) {
    const { id } = await post<{ id: string }>(`/api/accounts/${account.account_id}/destinations/`, {
      ...fields,
      url: receiverUrl + path,
      description: `The demo's ${path.slice(1)}`,
    });
    const signing = await firstValueFrom(
      http.get<{ secret: string }>(`${service.url}/api/destinations/${id}/signing-secret/`, { headers }),
    );
    secrets.set(path, signing.data.secret);
  }
  return { accountId: account.account_id, token: account.app_secret_token, secrets };
}

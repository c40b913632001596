/** What the first start has to say, and each later one until there is a superuser. */
export interface FirstRun {
  readonly publicUrl: string;
  /** Made at the very first start; null when it is not known any more. */
  readonly apiKey: string | null;
  /** Null when there is a superuser already. */
  readonly setupLink: { readonly url: string; readonly expiresAt: Date } | null;
}

export function firstRunText({ publicUrl, apiKey, setupLink }: FirstRun): string {
  const parts = [
    `Admin panel:  ${publicUrl}/admin\nAPI docs:     ${publicUrl}/docs/`,
    setupLink &&
      `Set the first superuser's password (once, until ${setupLink.expiresAt.toISOString()}):\n  ${setupLink.url}`,
    apiKey && `The first admin API key (kept hashed, shown only here):\n  ${apiKey}`,
    apiKey && walk(publicUrl, apiKey),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** Can be pasted whole: each step takes what it needs from the answer before. */
function walk(publicUrl: string, apiKey: string): string {
  const json = `-H 'Content-Type: application/json'`;
  const key = `-H "Authorization: Bearer $API_KEY"`;
  const member = (name: string) => `sed -E 's/.*"${name}":"([^"]+)".*/\\1/'`;
  return `A first walk (put a receiver of yours in place of https://example.com/webhook):

API_KEY=${apiKey}
ACCOUNT=$(curl -s ${publicUrl}/api/accounts/ ${key} ${json} \\
  -d '{"email": "me@example.com", "account_name": "My account"}'); echo "$ACCOUNT"
ACCOUNT_ID=$(echo "$ACCOUNT" | ${member('account_id')})
TOKEN=$(echo "$ACCOUNT" | ${member('app_secret_token')})
curl -s ${publicUrl}/api/accounts/$ACCOUNT_ID/destinations/ ${key} ${json} \\
  -d '{"url": "https://example.com/webhook", "http_method": "POST", "headers": {"X-Greeting": "hello"}}'
curl -s ${publicUrl}/server/incoming_data/ -H "CL-X-TOKEN: $TOKEN" ${json} -d '{"hello": "world"}'
curl -s "${publicUrl}/api/deliveries/?account_id=$ACCOUNT_ID" ${key}`;
}

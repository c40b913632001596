import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCredential } from '../../src/common/credential.js';
import { type Operation, operations, resolveSchema } from '../support/api-description.js';
import { judgeAnswer, type RawAnswer } from '../support/api-judge.js';
import { fillFinished, newKey, newSender, type Sender } from '../support/ledger.js';
import { addUser, loggedIn } from '../support/panel.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';
import { stateOfAccount, stateOfAll } from '../support/state-of-all.js';
import { ok } from '../support/typed-client.js';

/** What each operation asks for. One that is not here fails. */
const POLICY = {
  open: ['getLiveness', 'getReadiness'],
  send: ['receiveData', 'receiveBatch'],
  read: [
    'listAccounts',
    'getAccount',
    'listDestinations',
    'getDestination',
    'listAccountDestinations',
    'listEvents',
    'getEvent',
    'getEventPayload',
    'listDeliveries',
    'getDelivery',
    'listAttempts',
    'listReplays',
    'getReplay',
  ],
  write: [
    'replaceAccount',
    'updateAccount',
    'rotateAccountToken',
    'createDestination',
    'createAccountDestination',
    'replaceDestination',
    'updateDestination',
    'deleteDestination',
    'getSigningSecret',
    'rotateSigningSecret',
    'testDestination',
    'dryRunAccount',
    'replayEvent',
    'retryDelivery',
    'cancelDelivery',
    'createReplay',
    'startReplay',
    'pauseReplay',
    'cancelReplay',
  ],
  admin: ['createAccount', 'deleteAccount'],
} as const;

type Ask = keyof typeof POLICY;

/**
 * A status: refused by it. `in`: let in. `others`: 404 for what a path names, since it belongs to another account; else
 * let in without seeing or touching anything of that one.
 */
type Verdict = 401 | 403 | 'in' | 'others';

/** Sent as API key and as account token; a session's as cookie. */
type Credential = (owner: Sender) => string | null | Promise<string | null>;

const bound = ({ accountId }: Sender) => newKey(api, { accountId });
const boundReadOnly = ({ accountId }: Sender) => newKey(api, { accountId, readOnly: true });
const readOnlyKey = () => newKey(api, { accountId: null, readOnly: true });
const revokedKey = () => newKey(api, { accountId: null, revoked: true });
const tokenOf = ({ token }: Sender) => token;

/** What each caller is answered to each of them. */
const CALLERS: [caller: string, Credential, Record<Exclude<Ask, 'open'>, Verdict>][] = [
  ['no credential', () => null, { read: 401, write: 401, admin: 401, send: 401 }],
  ['a wrong key', () => newCredential('dpk_'), { read: 401, write: 401, admin: 401, send: 401 }],
  ['a wrong token', () => newCredential('dpt_'), { read: 401, write: 401, admin: 401, send: 401 }],
  ['a revoked key', revokedKey, { read: 401, write: 401, admin: 401, send: 401 }],
  ["a deleted account's key", deletedAccountsKey, { read: 401, write: 401, admin: 401, send: 401 }],
  ['a session of the panel', () => sessionCookie, { read: 401, write: 401, admin: 401, send: 401 }],
  ["the account's token", tokenOf, { read: 401, write: 401, admin: 401, send: 'in' }],
  ['an admin key', () => newKey(api, { accountId: null }), { read: 'in', write: 'in', admin: 'in', send: 401 }],
  ['a read-only admin key', readOnlyKey, { read: 'in', write: 403, admin: 403, send: 401 }],
  ["the account's key", bound, { read: 'in', write: 'in', admin: 403, send: 401 }],
  ["the account's read-only key", boundReadOnly, { read: 'in', write: 403, admin: 403, send: 401 }],
  ["another account's key", () => bound(stranger), { read: 'others', write: 'others', admin: 403, send: 401 }],
];

let api: TestApi;
let receiver: Receiver;
let stranger: Sender;
let sessionCookie: string | null;

beforeAll(async () => {
  receiver = await startReceiver();
  // Without a delivery side: nothing changes but by the requests themselves.
  api = await startApi({ ROLE: 'api', PUBLIC_URL: '' });
  stranger = await newSender(api);
  await addUser(api, 'root@example.com');
  sessionCookie = (await loggedIn(api, 'root@example.com')).cookie;
  expect(sessionCookie).not.toBeNull();
});
afterAll(async () => {
  await api.stop();
  await receiver.close();
});

async function deletedAccountsKey(): Promise<string> {
  const { accountId } = await newSender(api);
  const key = await newKey(api, { accountId });
  await api.admin.delete(`/api/accounts/${accountId}/`);
  return key;
}

/** An account with one of everything. */
interface Owner extends Sender {
  /** By the first segment of the path that names it. */
  readonly ids: Readonly<Record<string, string>>;
}

async function newOwner(operation: Operation): Promise<Owner> {
  const sender = await newSender(api);
  const { accountId } = sender;
  const { typed } = api.admin;
  const destinationId = await sender.destination(receiver.url);
  const [failed = ''] = await fillFinished(api.sql, { accountId, destinationId, count: 1 });
  // Only what waits can be cancelled.
  const eventId = operation.id === 'cancelDelivery' ? String((await sender.push('{}')).body.event_id) : failed;
  const [delivery] = (await ok(typed.GET('/api/deliveries', { params: { query: { event_id: eventId } } }))).results;
  const { id } = await ok(typed.POST('/api/replays', { body: { account_id: accountId } }));
  if (operation.id === 'pauseReplay') await ok(typed.POST('/api/replays/{id}/start', { params: { path: { id } } }));
  const ids = { accounts: accountId, destinations: destinationId, events: eventId, replays: id };
  return { ...sender, ids: { ...ids, deliveries: delivery?.id ?? '' } };
}

let emails = 0;

/** The example of the description, for this account. */
function bodyFor({ body }: Operation, { accountId }: Owner): string | undefined {
  if (!body) return undefined;
  if (Array.isArray(body.example)) return JSON.stringify(body.example);
  const members = resolveSchema(body.schema).properties ?? {};
  return JSON.stringify({
    ...(body.example as object),
    ...(members['email'] && { email: `someone${++emails}@example.com` }),
    ...(members['url'] && { url: receiver.url }),
    ...(members['account_id'] && { account_id: accountId }),
  });
}

async function call(operation: Operation, owner: Owner, credential: string | null): Promise<RawAnswer> {
  const body = bodyFor(operation, owner);
  const path = operation.path.replace(/\{\w+\}/, owner.ids[operation.path.split('/')[2] ?? ''] ?? '');
  const isFiltered = operation.parameters.some(({ in: place, name }) => place === 'query' && name === 'account_id');
  const response = await fetch(api.url + path + (isFiltered ? `?account_id=${owner.accountId}` : ''), {
    method: operation.method,
    headers: {
      ...headersOf(credential),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

function headersOf(credential: string | null): Record<string, string> {
  if (credential === null) return {};
  if (credential === sessionCookie) return { Cookie: credential, Origin: api.url };
  return { Authorization: `Bearer ${credential}`, 'CL-X-TOKEN': credential };
}

it('every operation has its place in the policy, and the description says the same', () => {
  const asked = operations.map(({ id, security, roles }): [string, Ask] => {
    if (security === null) return [id, 'open'];
    if (security === 'appToken') return [id, 'send'];
    return [id, roles.includes('admin') ? 'admin' : roles.includes('write') ? 'write' : 'read'];
  });
  const places = Object.entries(POLICY).flatMap(([ask, ids]) => ids.map((id) => [id, ask]));
  expect(Object.fromEntries(places)).toEqual(Object.fromEntries(asked));
});

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  const ask = Object.entries(POLICY).find(([, ids]) => (ids as readonly string[]).includes(id))?.[0] as Ask;
  let unspent: Owner | null = null;

  it.each(CALLERS)('by %s', async (_name, credentialOf, verdicts) => {
    const verdict = ask === 'open' ? 'in' : verdicts[ask];
    const owner = unspent ?? (await newOwner(operation));
    // Another one only after it was let in to write: it may be gone.
    unspent = verdict === 'in' && operation.method !== 'GET' ? null : owner;
    const credential = await credentialOf(owner);
    const before = [await stateOfAll(api), await stateOfAccount(api, owner.accountId)];
    const answer = await call(operation, owner, credential);
    const { status, text } = answer;
    expect(judgeAnswer(operation, answer), text).toEqual([]);
    if (verdict === 'in') {
      expect(Math.trunc(status / 100), text).toBe(2);
      return;
    }
    if (verdict === 'others') {
      if (operation.path.includes('{')) expect(status, text).toBe(404);
      expect(text).not.toContain(owner.accountId);
      expect(await stateOfAccount(api, owner.accountId)).toEqual(before[1]);
      return;
    }
    expect(status, text).toBe(verdict);
    expect(await stateOfAll(api)).toEqual(before[0]);
  });
});

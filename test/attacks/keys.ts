import { randomUUID } from 'node:crypto';
import { boundTo, newKey, newSender } from '../support/ledger.js';
import type { Attack, Seen } from './attack.js';
import { OUTSIDE } from './network.js';
import { countEvents, plural, type World } from './world.js';

/** With a key of one account: rotates the token of another, and sends as that one. */
async function takeOver(world: World): Promise<Seen> {
  const { api } = world;
  const [own, other] = await Promise.all([newSender(api), newSender(api)]);
  const bound = await boundTo(api, own.accountId);
  const { status, body } = await bound.post(`/api/accounts/${other.accountId}/rotate-token/`, {});
  await bound.post('/server/incoming_data/', {}, { 'CL-X-TOKEN': String(body.app_secret_token) });
  const stored = plural(await countEvents(world, other), 'event');
  return { answer: String(status), effect: `${stored} sent in the other account's name` };
}

async function readOthersData({ api }: World): Promise<Seen> {
  const [own, other] = await Promise.all([newSender(api), newSender(api)]);
  const secret = randomUUID();
  const { event_id } = (await other.push({ secret })).body;
  const bound = await boundTo(api, own.accountId);
  const { status, body } = await bound.get(`/api/events/${event_id}/payload/`);
  return {
    answer: String(status),
    effect: `the other account's data is ${body.secret === secret ? 'read' : 'not read'}`,
  };
}

async function changeByReadOnlyKey({ api }: World): Promise<Seen> {
  const sender = await newSender(api);
  const id = await sender.destination(`http://${OUTSIDE}/`);
  const readOnly = api.as(await newKey(api, { accountId: sender.accountId, readOnly: true }));
  const { status } = await readOnly.patch(`/api/destinations/${id}/`, { url: 'https://attacker.example/' });
  const { body } = await api.admin.get(`/api/destinations/${id}/`);
  const isChanged = body.url === 'https://attacker.example/';
  return { answer: String(status), effect: `the destination is ${isChanged ? "the attacker's" : 'as it was'}` };
}

async function useRevokedKey({ api }: World): Promise<Seen> {
  const { accountId } = await newSender(api);
  const bound = await boundTo(api, accountId);
  const ask = async (): Promise<number> => (await bound.get(`/api/accounts/${accountId}/`)).status;
  const before = await ask();
  // As the command line does, in a process of its own.
  await api.sql('UPDATE api_keys SET revoked_at = now() WHERE account_id = $1', [accountId]);
  const after = await ask();
  return {
    answer: `${before}, then ${after}`,
    effect: `the account is ${after === 200 ? 'read' : 'not read'} after its end`,
  };
}

/** A token that was let through a moment ago, so that this process does not ask for it again, and whose overlap ends. */
async function useRotatedToken(world: World): Promise<Seen> {
  const { api } = world;
  const sender = await newSender(api);
  const before = (await sender.push({})).status;
  await api.admin.post(`/api/accounts/${sender.accountId}/rotate-token/`, { overlap_seconds: 3600 });
  await api.sql('UPDATE account_tokens SET expires_at = now() WHERE account_id = $1 AND expires_at IS NOT NULL', [
    sender.accountId,
  ]);
  const after = (await sender.push({})).status;
  const stored = plural((await countEvents(world, sender)) - 1, 'event');
  return { answer: `${before}, then ${after}`, effect: `${stored} stored after its end` };
}

export const KEYS: readonly Attack[] = [
  {
    id: 'another-accounts-token',
    item: 'Keys and secrets',
    attack: 'A key of one account rotates the token of another, to send in its name',
    guards: [
      {
        what: 'what a key is not bound to is not there for it',
        edits: [
          {
            file: 'common/access.ts',
            find: 'return scope === null || scope === undefined || scope === accountId;',
            replace: 'return true;',
          },
        ],
      },
    ],
    withGuards: { answer: '404', effect: "0 events sent in the other account's name" },
    withoutGuards: { answer: '200', effect: "1 event sent in the other account's name" },
    carryOut: takeOver,
  },
  {
    id: 'another-accounts-data',
    item: 'Keys and secrets',
    attack: "A key of one account reads an event's payload of another by its id",
    guards: [
      {
        what: 'a payload is for the account it was sent to',
        edits: [
          {
            file: 'delivery/ledger/events.service.ts',
            find: `'SELECT account_id, content_type, payload FROM events WHERE event_id = $1', [eventId]);
        if (!row || (scope !== null && row.account_id !== scope))`,
            replace: `'SELECT account_id, content_type, payload FROM events WHERE event_id = $1', [eventId]);
        if (!row)`,
          },
        ],
      },
    ],
    withGuards: { answer: '404', effect: "the other account's data is not read" },
    withoutGuards: { answer: '200', effect: "the other account's data is read" },
    carryOut: readOthersData,
  },
  {
    id: 'read-only-key',
    item: 'Keys and secrets',
    attack: 'A read-only key points a destination to the attacker',
    guards: [
      {
        what: 'what changes something needs a key that may write',
        edits: [
          {
            file: 'accounts/api-key.guard.ts',
            find: "principal.readOnly && roles.includes('write')",
            replace: 'false',
          },
        ],
      },
    ],
    withGuards: { answer: '403', effect: 'the destination is as it was' },
    withoutGuards: { answer: '200', effect: "the destination is the attacker's" },
    carryOut: changeByReadOnlyKey,
  },
  {
    id: 'revoked-key',
    item: 'Keys and secrets',
    attack: 'A key that is used on after it was revoked by another process',
    guards: [
      {
        what: 'a key is looked up for each request, with its end',
        edits: [{ file: 'accounts/api-keys.service.ts', find: ' AND revoked_at IS NULL`', replace: '`' }],
      },
    ],
    withGuards: { answer: '200, then 401', effect: 'the account is not read after its end' },
    withoutGuards: { answer: '200, then 200', effect: 'the account is read after its end' },
    carryOut: useRevokedKey,
  },
  {
    id: 'rotated-token',
    item: 'Keys and secrets',
    attack: 'A token that is remembered as valid, used on after the overlap of its rotation',
    guards: [
      {
        what: 'the statement that stores an event looks the token up again',
        edits: [
          {
            file: 'delivery/queue/enqueue.ts',
            find: 't.token_hash = i.token_hash AND (t.expires_at IS NULL OR t.expires_at > now())',
            replace: 't.token_hash = i.token_hash',
          },
        ],
      },
    ],
    withGuards: { answer: '202, then 401', effect: '0 events stored after its end' },
    withoutGuards: { answer: '202, then 202', effect: '1 event stored after its end' },
    carryOut: useRotatedToken,
  },
];

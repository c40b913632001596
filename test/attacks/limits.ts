import { randomUUID } from 'node:crypto';
import { newCredential } from '../../src/common/credential.js';
import { type Elsewhere, fromAddress } from '../support/from-address.js';
import { newSender } from '../support/ledger.js';
import { PASSWORD } from '../support/panel.js';
import type { Attack, Seen } from './attack.js';
import { countEvents, inTurn, MAX_DESTINATIONS, plural, saveDestination, type World } from './world.js';

/** `eventsPerSecond`: what may be sent at once, too, but one event at least. */
async function newLimitedSender(world: World, eventsPerSecond: number) {
  const sender = await newSender(world.api);
  await world.api.admin.patch(`/api/accounts/${sender.accountId}/`, { receive_rate_limit: eventsPerSecond });
  return sender;
}

async function sendBeyondLimit(world: World): Promise<Seen> {
  // The next event may be sent after a minute and more.
  const sender = await newLimitedSender(world, 0.01);
  const statuses: number[] = [];
  for (let number = 0; number < 5; number++) statuses.push((await sender.push({})).status);
  return { answer: inTurn(statuses), effect: `${plural(await countEvents(world, sender), 'event')} of 5 stored` };
}

async function sendBatch(world: World): Promise<Seen> {
  const sender = await newLimitedSender(world, 5);
  const batch = await sender.batch(Array.from({ length: 500 }, () => ({})));
  const next = await sender.push({});
  const effect = `the next event was ${next.status === 202 ? 'taken at once' : 'refused'}`;
  return { answer: `${batch.status}, then ${next.status}`, effect };
}

/** More than an address may make at once, and fewer than it may in half a minute. */
const GUESSES = 400;

/** Made-up credentials, twenty at a time. */
async function guess(address: string, attempt: (attacker: Elsewhere) => Promise<number>): Promise<Seen> {
  const attacker = fromAddress(address);
  const statuses: number[] = [];
  while (statuses.length < GUESSES) {
    statuses.push(...(await Promise.all(Array.from({ length: 20 }, () => attempt(attacker)))));
  }
  await attacker.close();
  const isSlowedDown = statuses.includes(429);
  return {
    answer: inTurn(statuses),
    effect: isSlowedDown ? 'guessing is slowed down' : `${GUESSES} guesses were answered`,
  };
}

/** More than an address may try at once, and fewer than it may in some minutes. */
const LINKS = 40;

async function guessLink({ api }: World): Promise<Seen> {
  const attacker = fromAddress('127.0.7.2');
  const statuses: number[] = [];
  for (let number = 1; number <= LINKS; number++) {
    const body = new URLSearchParams({ token: randomUUID(), email: 'a@example.com', password: PASSWORD });
    const headers = { origin: api.url, 'x-forwarded-for': `192.0.2.${number}` };
    statuses.push(await attacker.post(`${api.url}/admin/setup`, { headers, body }));
  }
  await attacker.close();
  const isSlowedDown = statuses.includes(429);
  return {
    answer: inTurn(statuses),
    effect: isSlowedDown ? 'guessing is slowed down' : `${LINKS} guesses were looked at`,
  };
}

async function addDestinations(world: World): Promise<Seen> {
  const { api } = world;
  const sender = await newSender(api);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => saveDestination(world, sender, 'https://example.com/')),
  );
  const statuses = answers.map(({ status }) => status).sort((one, other) => one - other);
  const { body } = await api.admin.get(`/api/accounts/${sender.accountId}/destinations/`);
  const effect = `an event is sent ${body.count} times`;
  return { answer: [...new Set(statuses)].join(' and '), effect };
}

export const LIMITS: readonly Attack[] = [
  {
    id: 'flood',
    item: 'Limits of use',
    attack: 'An account sends more events than its `receive_rate_limit`',
    guards: [
      {
        what: 'each event is taken from the budget of its account',
        edits: [
          {
            file: 'data-handler/app-token.guard.ts',
            find: 'await this.limiter.admit(known, http.getResponse());',
            replace: '',
          },
        ],
      },
    ],
    withGuards: { answer: '202, then 429', effect: '1 event of 5 stored' },
    withoutGuards: { answer: '202', effect: '5 events of 5 stored' },
    carryOut: sendBeyondLimit,
  },
  {
    id: 'flood-in-batches',
    item: 'Limits of use',
    attack: 'An account sends its events in batches, to be counted as one each',
    guards: [
      {
        what: 'each item of a batch is charged',
        edits: [
          {
            file: 'data-handler/batch.controller.ts',
            find: 'await this.limiter.charge(sender, items.length - 1);',
            replace: '',
          },
        ],
      },
    ],
    withGuards: { answer: '207, then 429', effect: 'the next event was refused' },
    withoutGuards: { answer: '207, then 202', effect: 'the next event was taken at once' },
    carryOut: sendBatch,
  },
  {
    id: 'guessed-tokens',
    item: 'Limits of use',
    attack: `${GUESSES} guesses of an account's token from one address`,
    guards: [
      {
        what: 'wrong tokens are counted by network',
        edits: [
          {
            file: 'data-handler/app-token.guard.ts',
            find: 'answerToWrongCredential(request, refusal)',
            replace: 'refusal',
          },
        ],
      },
    ],
    withGuards: { answer: '401, then 429', effect: 'guessing is slowed down' },
    withoutGuards: { answer: '401', effect: `${GUESSES} guesses were answered` },
    carryOut: ({ api }) =>
      guess('127.0.8.1', (attacker) => {
        const headers = { 'cl-x-token': newCredential('dpt_'), 'content-type': 'application/json' };
        return attacker.post(`${api.url}/server/incoming_data/`, { headers, body: '{}' });
      }),
  },
  {
    id: 'guessed-keys',
    item: 'Limits of use',
    attack: `${GUESSES} guesses of an API key from one address`,
    guards: [
      {
        what: 'wrong keys are counted by network',
        edits: [
          {
            file: 'accounts/api-key.guard.ts',
            find: 'answerToWrongCredential(request, refusal)',
            replace: 'refusal',
          },
        ],
      },
    ],
    withGuards: { answer: '401, then 429', effect: 'guessing is slowed down' },
    withoutGuards: { answer: '401', effect: `${GUESSES} guesses were answered` },
    carryOut: ({ api }) =>
      guess('127.0.8.2', (attacker) =>
        attacker.get(`${api.url}/api/accounts/`, { headers: { authorization: `Bearer ${newCredential('dpk_')}` } }),
      ),
  },
  {
    id: 'forged-address',
    item: 'Limits of use',
    attack: `${LINKS} guesses of a one-time link, each said to come from another address (\`X-Forwarded-For\`)`,
    guards: [
      {
        what: 'forwarding headers count from `TRUSTED_PROXIES` only',
        edits: [
          {
            file: 'application.ts',
            find: 'trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,',
            replace: 'trustProxy: true,',
          },
        ],
      },
    ],
    withGuards: { answer: '410, then 429', effect: 'guessing is slowed down' },
    withoutGuards: { answer: '410', effect: `${LINKS} guesses were looked at` },
    carryOut: guessLink,
  },
  {
    id: 'many-destinations',
    item: 'Limits of use',
    attack: 'An account adds destinations all at once, to have each of its events sent as often as it likes',
    guards: [
      {
        what: 'at most `MAX_DESTINATIONS`, counted under the lock of the account',
        edits: [
          {
            file: 'destinations/destinations.service.ts',
            find: '(await manager.countBy(Destination, { account_id: accountId })) >= max',
            replace: 'false',
          },
        ],
      },
    ],
    withGuards: { answer: '201 and 409', effect: `an event is sent ${MAX_DESTINATIONS} times` },
    withoutGuards: { answer: '201', effect: 'an event is sent 8 times' },
    carryOut: addDestinations,
  },
];

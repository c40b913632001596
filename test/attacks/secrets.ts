import { randomBytes } from 'node:crypto';
import { boundTo, newSender } from '../support/ledger.js';
import type { Attack, Seen } from './attack.js';
import { newName, newPath, OUTSIDE, requestsTo } from './network.js';
import { saveDestination, sendTest, type World } from './world.js';

function newSecret(): string {
  return `planted-${randomBytes(12).toString('hex')}`;
}

/** By who may change a destination and not read its secret. */
async function redirectSecret(world: World): Promise<Seen> {
  const { api, network } = world;
  const sender = await newSender(api);
  const secret = newSecret();
  const saved = await saveDestination(world, sender, `http://${OUTSIDE}:${network.port}/`, { Authorization: secret });
  const bound = await boundTo(api, sender.accountId);
  const path = newPath();
  const url = `http://${newName('outside.test')}:${network.port}${path}`;
  const changed = await bound.patch(`/api/destinations/${saved.body.id}/`, { url });
  await sendTest(world, saved.body.id);
  const isTold = requestsTo(network.outside, path).some((request) => request.header('authorization') === secret);
  return { answer: String(changed.status), effect: `the attacker's host ${isTold ? 'got' : 'did not get'} the secret` };
}

async function readDump(world: World): Promise<Seen> {
  const { api } = world;
  const secret = newSecret();
  const url = `http://${OUTSIDE}/`;
  const saved = await saveDestination(world, await newSender(api), url, { Authorization: secret });
  const [row] = await api.sql<{ text: string }>('SELECT d::text AS text FROM destinations d WHERE id = $1', [
    saved.body.id,
  ]);
  const isThere = row?.text.includes(secret) === true;
  return { answer: String(saved.status), effect: `the secret ${isThere ? 'stands' : 'does not stand'} in the dump` };
}

/** A one-time link that is opened while the database fails. */
async function readLog({ api }: World): Promise<Seen> {
  const token = randomBytes(32).toString('base64url');
  await api.sql('ALTER TABLE password_links RENAME TO password_links_away');
  const { status } = await fetch(`${api.url}/admin/set-password?token=${token}`);
  await api.sql('ALTER TABLE password_links_away RENAME TO password_links');
  await api.app.waitForLog(({ msg }) => msg === 'the panel failed');
  const isThere = api.app.output().includes(token);
  return { answer: String(status), effect: `the token ${isThere ? 'stands' : 'does not stand'} in the log` };
}

export const SECRETS: readonly Attack[] = [
  {
    id: 'secret-sent-elsewhere',
    item: 'Keys and secrets',
    attack: 'Who may not read a secret header changes the URL of its destination to a host of their own',
    guards: [
      {
        what: 'a new origin needs all secret values anew',
        edits: [
          {
            file: 'destinations/settle-change.ts',
            find: '!hasSameOrigin(value.url, stored.url)',
            replace: 'false',
          },
        ],
      },
    ],
    withGuards: { answer: '400', effect: "the attacker's host did not get the secret" },
    withoutGuards: { answer: '200', effect: "the attacker's host got the secret" },
    carryOut: redirectSecret,
  },
  {
    id: 'stolen-dump',
    item: 'Keys and secrets',
    attack: 'Reading the secret headers of destinations in a dump of the database',
    guards: [
      {
        what: 'header values are encrypted',
        edits: [
          {
            file: 'destinations/stored-headers.ts',
            find: 'box.seal(value, contextOf(destinationId, name))',
            replace: 'value',
          },
          {
            file: 'destinations/stored-headers.ts',
            find: 'box.open(value, contextOf(destinationId, name))',
            replace: 'value',
          },
        ],
      },
    ],
    withGuards: { answer: '201', effect: 'the secret does not stand in the dump' },
    withoutGuards: { answer: '201', effect: 'the secret stands in the dump' },
    carryOut: readDump,
  },
  {
    id: 'link-in-the-log',
    item: 'Keys and secrets',
    attack: 'Reading the token of a one-time link in the log, after the database failed while it was opened',
    guards: [
      {
        what: 'the log gets the path of a failed page without its query',
        edits: [
          {
            file: 'admin/answer-problem.ts',
            find: "const [path] = request.url.split('?', 1);",
            replace: 'const path = request.url;',
          },
        ],
      },
    ],
    withGuards: { answer: '500', effect: 'the token does not stand in the log' },
    withoutGuards: { answer: '500', effect: 'the token stands in the log' },
    carryOut: readLog,
  },
];

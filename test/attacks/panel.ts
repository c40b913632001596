import { createHash, randomBytes, randomUUID, scryptSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { UserRole } from '../../src/accounts/user.entity.js';
import { fromAddress } from '../support/from-address.js';
import { newSender } from '../support/ledger.js';
import { PanelClient, PASSWORD } from '../support/panel.js';
import type { TestApi } from '../support/start-api.js';
import type { Attack, Seen } from './attack.js';
import { inTurn, plural, type World } from './world.js';

/** As the product names it by its PUBLIC_URL. */
const COOKIE = '__Host-data_pusher';

interface User {
  readonly id: string;
  readonly email: string;
}

/** With a hash of next to no cost, which is its own business: none of this is about that. */
async function addUser(api: TestApi, role: UserRole = 'superuser'): Promise<User> {
  const user = { id: uuidv7(), email: `${randomUUID()}@example.com` };
  const salt = randomBytes(16);
  const hash = scryptSync(PASSWORD, salt, 32, { N: 16, r: 8, p: 1 });
  const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  await api.sql('INSERT INTO users (user_id, email, password_hash, role) VALUES ($1, $2, $3, $4)', [
    user.id,
    user.email,
    `$scrypt$ln=4,r=8,p=1$${saltText}$${hashText}`,
    role,
  ]);
  return user;
}

/** The browser of somebody who has logged in. */
async function loggedIn(api: TestApi, role: UserRole = 'superuser'): Promise<PanelClient> {
  const { id } = await addUser(api, role);
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  await api.sql('INSERT INTO admin_sessions (session_hash, user_id) VALUES ($1, $2)', [hash, id]);
  return withCookie(api, token);
}

function withCookie(api: TestApi, token: string): PanelClient {
  const browser = new PanelClient(api.url);
  browser.cookie = `${COOKIE}=${token}`;
  return browser;
}

/** Whether it is logged in: a page that needs it is shown. */
async function isIn(browser: PanelClient): Promise<boolean> {
  return (await browser.get('/admin/password')).status === 200;
}

async function countAccounts({ api }: World, email: string): Promise<string> {
  const { body } = await api.admin.get(`/api/accounts/?email=${email}`);
  return plural(body.count, 'account');
}

async function fixSession({ api }: World): Promise<Seen> {
  const planted = randomBytes(32).toString('base64url');
  const { email } = await addUser(api);
  const { status } = await withCookie(api, planted).logIn(email);
  const isAttackerIn = await isIn(withCookie(api, planted));
  return { answer: String(status), effect: `the attacker is ${isAttackerIn ? 'logged in as the victim' : 'not in'}` };
}

/** As a form of that page sends it, with the victim's cookie: SameSite keeps no sibling of the host from that. */
async function postFromElsewhere(world: World): Promise<Seen> {
  const { cookie } = await loggedIn(world.api);
  const email = `${randomUUID()}@example.com`;
  const body = new FormData();
  body.set('email', email);
  body.set('account_name', 'Planted');
  const headers = { cookie: cookie ?? '', origin: 'https://sibling.example.com' };
  const { status } = await fetch(`${world.api.url}/admin/api/console/accounts`, { method: 'POST', headers, body });
  return { answer: String(status), effect: `${await countAccounts(world, email)} planted` };
}

async function rotateByLink({ api }: World): Promise<Seen> {
  const victim = await loggedIn(api);
  const { accountId } = await newSender(api);
  const { status } = await victim.get(`/admin/api/resources/accounts/records/${accountId}/rotateToken`);
  const tokens = await api.sql('SELECT 1 FROM account_tokens WHERE account_id = $1', [accountId]);
  return { answer: String(status), effect: `the account's token is ${tokens.length > 1 ? 'another' : 'as it was'}` };
}

async function changeAsViewer(world: World): Promise<Seen> {
  const viewer = await loggedIn(world.api, 'viewer');
  const email = `${randomUUID()}@example.com`;
  const { status } = await viewer.press('/admin/api/console/accounts', { email, account_name: 'A' });
  return { answer: String(status), effect: `${await countAccounts(world, email)} made` };
}

/** So many passwords are tried, of which the last one is right. */
const GUESSES = 20;

async function guessPassword({ api }: World): Promise<Seen> {
  const { email } = await addUser(api);
  const attacker = fromAddress('127.0.7.1');
  const statuses: number[] = [];
  for (let number = 1; number <= GUESSES; number++) {
    const password = number === GUESSES ? PASSWORD : `guess ${number}`;
    const body = new URLSearchParams({ email, password });
    statuses.push(await attacker.post(`${api.url}/admin/login`, { headers: { origin: api.url }, body }));
  }
  await attacker.close();
  return {
    answer: inTurn(statuses),
    effect: `the attacker is ${statuses.at(-1) === 303 ? 'logged in' : 'not in'}`,
  };
}

async function uploadUnknown({ api }: World): Promise<Seen> {
  const anybody = new PanelClient(api.url);
  const { status } = await anybody.record('accounts/actions/new', { file: new Blob([Buffer.alloc(100_000)]) });
  return { answer: String(status), effect: `the upload was ${status === 401 ? 'not read' : 'read and taken apart'}` };
}

export const PANEL: readonly Attack[] = [
  {
    id: 'session-fixation',
    item: 'Admin',
    attack: 'A session cookie planted in a browser before its user logs in',
    guards: [
      {
        what: 'each login draws a new session',
        edits: [
          {
            file: 'admin/login/browser-sessions.ts',
            find: 'const token = await this.sessions.start(userId);',
            replace: 'const token = await this.sessions.start(userId, this.cookie.read(request.headers.cookie));',
          },
          {
            file: 'accounts/sessions.service.ts',
            find: 'async start(userId) {',
            replace: 'async start(userId, kept) {',
          },
          {
            file: 'accounts/sessions.service.ts',
            find: "const token = randomBytes(32).toString('base64url');",
            replace: "const token = kept ?? randomBytes(32).toString('base64url');",
          },
        ],
      },
    ],
    withGuards: { answer: '303', effect: 'the attacker is not in' },
    withoutGuards: { answer: '303', effect: 'the attacker is logged in as the victim' },
    carryOut: fixSession,
  },
  {
    id: 'foreign-form',
    item: 'Admin',
    attack: 'A page of a sibling host posts a form with the cookie of who is logged in',
    guards: [
      {
        what: 'a change must come from our own origin',
        edits: [
          {
            file: 'admin/request-guard.ts',
            find: '!isSafeMethod(request.method) && !isFromOurPages(request.headers, publicUrl)',
            replace: 'false',
          },
        ],
      },
    ],
    withGuards: { answer: '403', effect: '0 accounts planted' },
    withoutGuards: { answer: '200', effect: '1 account planted' },
    carryOut: postFromElsewhere,
  },
  {
    id: 'change-by-link',
    item: 'Admin',
    attack: "A link that rotates an account's token when somebody who is logged in follows it",
    guards: [
      {
        what: 'an action that is asked for by GET reads',
        edits: [
          {
            file: 'admin/resources/resource-options.ts',
            find: "if (request.method === 'get' && record) {",
            replace: 'if (false) {',
          },
        ],
      },
    ],
    withGuards: { answer: '200', effect: "the account's token is as it was" },
    withoutGuards: { answer: '200', effect: "the account's token is another" },
    carryOut: rotateByLink,
  },
  {
    id: 'guessed-password',
    item: 'Admin',
    attack: `${GUESSES} guesses of a user's password, the last one right`,
    guards: [
      {
        what: 'ten attempts for each user, counted in the database',
        edits: [
          {
            file: 'accounts/login-throttle.service.ts',
            find: 'waitSeconds: await this.takeOne(byUser, BY_USER)',
            replace: 'waitSeconds: 0',
          },
        ],
      },
    ],
    withGuards: { answer: '401, then 429', effect: 'the attacker is not in' },
    withoutGuards: { answer: '401, then 303', effect: 'the attacker is logged in' },
    carryOut: guessPassword,
  },
  {
    id: 'viewer-who-changes',
    item: 'Admin',
    attack: 'A viewer sends what the button of a superuser sends',
    guards: [
      {
        what: 'a viewer may not change anything',
        edits: [{ file: 'admin/request-guard.ts', find: "request.panelSession.role === 'viewer'", replace: 'false' }],
      },
      {
        what: 'each change asks for its role',
        edits: [
          { file: 'admin/require-role.ts', find: 'panelSession && roles.includes(panelSession.role)', replace: 'true' },
        ],
      },
    ],
    withGuards: { answer: '403', effect: '0 accounts made' },
    withoutGuards: { answer: '200', effect: '1 account made' },
    carryOut: changeAsViewer,
  },
  {
    id: 'anonymous-upload',
    item: 'Admin',
    attack: 'A file uploaded to the panel by who is not logged in',
    guards: [
      {
        what: 'the login is asked for before a body is read',
        edits: [
          {
            file: 'admin/panel-routes.ts',
            find: "scope.addHook('onRequest', this.sessions.guard());",
            replace: "scope.addHook('preHandler', this.sessions.guard());",
          },
        ],
      },
    ],
    withGuards: { answer: '401', effect: 'the upload was not read' },
    withoutGuards: { answer: '415', effect: 'the upload was read and taken apart' },
    carryOut: uploadUnknown,
  },
];

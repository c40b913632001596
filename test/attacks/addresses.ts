import { newSender } from '../support/ledger.js';
import type { Attack, Guard, Seen } from './attack.js';
import { INSIDE, INSIDE_SECRET, newName, newPath, OUTSIDE, requestsTo } from './network.js';
import { saveDestination, sendTest, type World } from './world.js';

const WHEN_CONNECTED: Guard = {
  what: 'every address is checked when it is connected to',
  edits: [
    {
      file: 'delivery/push/address-guard.ts',
      find: 'throw new AddressBlockedError(address, kind);',
      replace: 'return;',
    },
  ],
};

const WHEN_SAVED: Guard = {
  what: 'a literal address is checked when it is saved',
  edits: [
    {
      file: 'delivery/push/address-policy.ts',
      find: 'const blocked = this.checkHost(url.hostname);',
      replace: 'const blocked = null;',
    },
  ],
};

const NO_REDIRECTS: Guard = {
  what: 'a redirect is an answer: what follows one had to be put in',
  edits: [
    {
      file: 'delivery/push/client/http-client.ts',
      find: 'resolve(result);',
      replace: `resolve(Promise.resolve(result).then((answer) => {
        const to = answer.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1];
        return to === undefined ? answer : this.send({ ...request, url: to }, options);
      }));`,
    },
  ],
};

const NOT_REACHED = 'nothing reached the inside';
const REACHED = 'the inside was reached, and its answer came back';

/** Saves a destination and sends it a test event. */
async function reach(world: World, host: string, before = ''): Promise<Seen> {
  const { inside, port } = world.network;
  const path = newPath();
  const saved = await saveDestination(world, await newSender(world.api), `http://${host}:${port}${before}${path}`);
  if (saved.status !== 201) return { answer: `${saved.status} when it is saved`, effect: effectOf(false) };
  const { outcome, body } = await sendTest(world, saved.body.id);
  const isReached = requestsTo(inside, path).length > 0 && body.includes(INSIDE_SECRET);
  return { answer: outcome, effect: effectOf(isReached) };
}

function effectOf(isReached: boolean): string {
  return isReached ? REACHED : NOT_REACHED;
}

const DELIVERED: Seen = { answer: 'delivered', effect: REACHED };

export const ADDRESSES: readonly Attack[] = [
  {
    id: 'name-of-the-inside',
    item: 'Addresses',
    attack: 'A destination by a name that DNS resolves to a private address',
    guards: [WHEN_CONNECTED],
    withGuards: { answer: 'address_blocked', effect: NOT_REACHED },
    withoutGuards: DELIVERED,
    carryOut: (world) => reach(world, newName('inside.test')),
  },
  {
    id: 'literal-address',
    item: 'Addresses',
    attack: 'A destination whose URL has a private address in it',
    guards: [WHEN_SAVED, WHEN_CONNECTED],
    withGuards: { answer: '400 when it is saved', effect: NOT_REACHED },
    withoutGuards: DELIVERED,
    carryOut: (world) => reach(world, INSIDE),
  },
  {
    id: 'rebinding',
    item: 'Addresses',
    attack: 'A name that resolves to an allowed address when it is asked for first, and to a private one after that',
    guards: [
      {
        what: 'what was checked is what is connected to: no second look-up',
        edits: [
          {
            file: 'delivery/push/client/dialer.ts',
            find: 'const socket = await connectToAny(found,',
            replace: 'const socket = await connectToAny(await this.lookUp(target.hostname),',
          },
        ],
      },
    ],
    withGuards: { answer: 'delivered', effect: NOT_REACHED },
    withoutGuards: DELIVERED,
    carryOut: (world) => reach(world, newName('rebinding.test')),
  },
  {
    id: 'mixed-addresses',
    item: 'Addresses',
    attack: 'A name with an allowed address at which nobody listens, and a private one to go on to',
    guards: [
      {
        what: 'all addresses of a name are checked, not the first alone',
        edits: [
          {
            file: 'delivery/push/client/dialer.ts',
            find: 'for (const address of addresses) {',
            replace: 'for (const address of addresses.slice(0, 1)) {',
          },
        ],
      },
    ],
    withGuards: { answer: 'address_blocked', effect: NOT_REACHED },
    withoutGuards: DELIVERED,
    carryOut: (world) => reach(world, newName('mixed.test')),
  },
  {
    id: 'mapped-address',
    item: 'Addresses',
    attack: 'A private IPv4 address written as IPv6 (`[::ffff:127.0.0.1]`)',
    guards: [
      {
        what: 'IPv4 within IPv6 is judged as IPv4',
        edits: [{ file: 'delivery/push/special-addresses.ts', find: 'contains(MAPPED, address)', replace: 'false' }],
      },
      {
        what: 'IPv6 outside of 2000::/3 is refused unseen',
        edits: [
          { file: 'delivery/push/special-addresses.ts', find: 'contains(GLOBAL_UNICAST, address)', replace: 'true' },
        ],
      },
    ],
    withGuards: { answer: '400 when it is saved', effect: NOT_REACHED },
    withoutGuards: DELIVERED,
    carryOut: (world) => reach(world, `[::ffff:${INSIDE}]`),
  },
  {
    id: 'redirect',
    item: 'Addresses',
    attack: 'An allowed destination that redirects to a private address',
    guards: [NO_REDIRECTS, WHEN_CONNECTED],
    withGuards: { answer: 'redirected', effect: NOT_REACHED },
    withoutGuards: DELIVERED,
    carryOut: (world) => reach(world, OUTSIDE, '/redirect'),
  },
];

import * as fc from 'fast-check';
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Operation, operations } from '../support/api-description.js';
import { isOutside, judgeAnswer, type RawAnswer } from '../support/api-judge.js';
import { type GeneratedRequest, requestsFor } from '../support/api-requests.js';
import { idsFor, newWorld, type World } from '../support/api-world.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';
import { type State, stateOfAll } from '../support/state-of-all.js';

/**
 * Requests made up from the API's description: valid and broken values for everything that an operation takes.
 * FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer: round n is what a run with the seed + n begins with.
 */
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Date.now() / 1000));
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 1);
const REQUESTS_A_ROUND = 60;

let api: TestApi;
let client: Client;
let receiver: Receiver;

beforeAll(async () => {
  process.stdout.write(`FUZZ_SEED=${SEED}\n`);
  receiver = await startReceiver();
  // Without a delivery side: nothing changes but by the requests themselves.
  api = await startApi({ ROLE: 'api' });
  // Not fetch, which rewrites paths before it sends them.
  client = new Client(api.url);
});
afterAll(async () => {
  await client.close();
  await api.stop();
  await receiver.close();
});

async function send(
  operation: Operation,
  request: GeneratedRequest,
  { world, ids }: { world: World; ids: readonly string[] },
): Promise<RawAnswer> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = request.path[name] ?? '';
    return typeof value === 'string' ? value : (ids[value.live % ids.length] ?? '');
  });
  const query = new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value])).toString();
  const { body, caller } = request;
  const key = world.keys[caller];
  const { statusCode, ...answer } = await client.request({
    method: operation.method,
    path: path + (query && `?${query}`),
    headers: {
      ...request.headers,
      ...(body !== null && { 'Content-Type': request.contentType }),
      ...(operation.security === 'apiKey' && key !== null && { Authorization: `Bearer ${key}` }),
      ...(operation.security === 'appToken' && caller !== 'nobody' && { 'CL-X-TOKEN': world.token }),
    },
    body: operation.method === 'GET' ? null : body,
  });
  return { status: statusCode, headers: answer.headers, text: await answer.body.text() };
}

/** May this caller not do it at all, whatever it sends? */
function isForbidden({ security, roles }: Operation, { caller }: GeneratedRequest): boolean {
  if (security === null) return false;
  if (caller === 'nobody') return true;
  return (caller === 'readOnly' && roles.includes('write')) || (caller === 'bound' && roles.includes('admin'));
}

/** A GET that writes: who was shown a secret stands in the history. */
const KEEPS_WHO_READ = 'getSigningSecret';

/** How much of it was taken: of a batch it may be a part. */
function outcomeOf({ status, text }: RawAnswer): 'taken' | 'partly' | 'refused' {
  if (status >= 400) return 'refused';
  if (status !== 207) return 'taken';
  const { accepted, refused } = JSON.parse(text) as { accepted: number; refused: number };
  if (refused === 0) return 'taken';
  return accepted === 0 ? 'refused' : 'partly';
}

/** Of all requests together: what few are taken of one operation is left to chance. */
const tally = { sent: 0, taken: 0 };

/** Sends one request and expects all that must hold of its answer. */
function expectWithin(operation: Operation, world: World): (request: GeneratedRequest) => Promise<void> {
  let ids: string[] = [];
  // Null: has changed.
  let state: State | null = null;
  return async (request) => {
    if (!state) ids = await idsFor(api, operation, world.known.receiverUrl);
    const before = state ?? (await stateOfAll(api));
    state = null;
    const answer = await send(operation, request, { world, ids });
    const { status, text } = answer;
    const said = `${status} ${text.slice(0, 500)}`;
    expect(judgeAnswer(operation, answer), said).toEqual([]);
    expect(status, said).toBeLessThan(500);
    const outcome = outcomeOf(answer);
    tally.sent++;
    if (outcome === 'taken') tally.taken++;
    if (isOutside(operation, request))
      expect(outcome, `outside of the description, and taken: ${said}`).not.toBe('taken');
    if (isForbidden(operation, request)) expect(outcome, `forbidden, and taken: ${said}`).toBe('refused');
    if (request.caller === 'bound' && !JSON.stringify(request).includes(world.strangerId)) {
      expect(text, 'shows what belongs to another').not.toContain(world.strangerId);
    }
    if (outcome === 'refused' || (operation.method === 'GET' && operation.id !== KEEPS_WHO_READ)) {
      expect(await stateOfAll(api), `changed by ${said}`).toEqual(before);
      state = before;
    }
  };
}

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
  it('stays within its description, whatever it is sent', { timeout: 120_000 * ROUNDS }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const world = await newWorld(api, receiver.url);
      const property = fc.asyncProperty(requestsFor(operation, world.known), expectWithin(operation, world));
      await fc.assert(property, { seed: SEED + round, numRuns: REQUESTS_A_ROUND });
    }
  });
});

it('was taken often enough to have seen something', () => {
  expect(tally.taken / tally.sent).toBeGreaterThan(0.2);
});

import { randomBytes, randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { SecretBox } from '../../common/secret-box.js';
import { sealHeaders } from '../../destinations/stored-headers.js';
import { newSigningSecret, sealSigningSecret } from '../../destinations/signing-secret.js';
import { HintBook } from './hint-book.js';
import { type PushTarget, toPushTarget } from './push-target.js';

const MIB = 1_048_576;
const box = new SecretBox([randomBytes(32)]);

/** As it is loaded: `bytes` of headers of its own. */
function target(bytes: number, id: string = randomUUID()): PushTarget {
  const headers = [{ name: 'X-Large', values: [randomBytes(bytes / 2).toString('hex')] }];
  const stored = {
    id,
    account_id: randomUUID(),
    version: 1,
    url: 'https://receiver.example.com/hook',
    http_method: 'POST',
    headers: sealHeaders(box, id, headers) as { name: string; values: string[] }[],
    timeout_ms: 1000,
    max_concurrency: 16,
    rate_limit: null,
    retry_schedule: [5, 30],
    ordered: false,
    event_types: [],
    secrets: [{ sealed: sealSigningSecret(box, id, newSigningSecret()), expires_at_ms: null }],
  };
  return toPushTarget(stored, box);
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it('holds what its destinations hold within bounds, however many tokens with a hundred large destinations each send', async () => {
  const hints = new HintBook();
  const before = heldBytes();
  for (let account = 0; account < 100; account++) {
    const token = randomBytes(32);
    for (let each = 0; each < 100; each++) hints.add(token, target(8_000), 0);
    expect(hints.find(token)?.targets.size).toBe(100);
  }
  // 10,000 destinations with 8 KB of headers each would be 80 MB, and more once they are sent to.
  expect(hints.weight).toBeLessThanOrEqual(64 * MIB);
  // Node 24 gives the memory of buffers back some time after they were collected.
  await expect.poll(() => heldBytes() - before, { timeout: 20_000 }).toBeLessThan(50 * MIB);
});

it('gives one token a share, and lets the rest of its destinations be claimed', () => {
  const hints = new HintBook();
  const [small, large] = [randomBytes(32), randomBytes(32)];
  hints.add(small, target(100), 0);
  for (let each = 0; each < 1000; each++) hints.add(large, target(8_000), 0);
  expect(hints.weight).toBeLessThanOrEqual(9 * MIB);
  expect(hints.find(large)?.targets.size).toBeGreaterThan(200);
  expect(hints.find(small)?.targets.size).toBe(1);
});

it('puts another version in the place of the one before, and begins anew after ten minutes', () => {
  const hints = new HintBook();
  const token = randomBytes(32);
  const id = randomUUID();
  hints.add(token, target(8_000, id), 0);
  const newer = target(2_000, id);
  hints.add(token, newer, 1);
  expect(hints.find(token)?.targets.get(id)).toBe(newer);
  expect(hints.weight).toBeLessThan(10_000);
  hints.renew(token, 599_999);
  expect(hints.find(token)?.targets.size).toBe(1);
  hints.renew(token, 600_000);
  expect([hints.find(token)?.targets.size, hints.weight]).toEqual([0, 500]);
});

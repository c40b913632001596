import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillFinished, newSender, startWithReceiver } from '../support/ledger.js';
import { isMissing } from '../support/programs.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';
import { Terminal } from '../support/terminal.js';
import { readWalk } from '../support/walk.js';

describe.skipIf(isMissing('curl', 'the walk of docs/replay.md'))('docs/replay.md', () => {
  let api: TestApi;
  let receiver: Receiver;
  let stop: () => Promise<void>;
  let you: Terminal;

  beforeAll(async () => {
    ({ api, receiver, stop } = await startWithReceiver());
    const { PATH } = process.env;
    you = new Terminal(tmpdir(), { PATH, TZ: 'Etc/GMT-3', API_KEY: api.adminKey });
  });
  afterAll(async () => {
    you.kill();
    await stop();
  });

  it('sends again all that failed since nine, and nothing else', async () => {
    const sender = await newSender(api);
    const { accountId } = sender;
    const failedAt = async (atMs: number, count: number): Promise<string[]> =>
      fillFinished(api.sql, { accountId, destinationId: await sender.destination(receiver.url), count, atMs });
    const nineMs = Date.parse(await you.type('date +%Y-%m-%dT09:00:00%z'));
    await failedAt(nineMs - 1, 2);
    const since = [...(await failedAt(nineMs, 2)), ...(await failedAt(nineMs + 60_000, 3))];

    const markdown = await readFile(new URL('../../docs/replay.md', import.meta.url), 'utf8');
    const commands = readWalk(markdown).map(({ command }) => command.replaceAll('http://127.0.0.1:3000', api.url));
    expect(commands).toHaveLength(4);
    const [ask = '', count = '', run = '', askAgain = ''] = commands;
    const listed = JSON.parse(await you.type(ask)) as { results: { event_id: string }[] };
    expect(listed.results.map((one) => one.event_id).toSorted()).toEqual(since.toSorted());
    expect(JSON.parse(await you.type(count))).toMatchObject({ state: 'counted', total: 5, total_is_exact: true });
    expect(receiver.requests).toEqual([]);

    const [started, ...progress] = (await you.type(run)).split('\n');
    expect(started).toBe('running');
    expect(JSON.parse(progress.at(-1) ?? '')).toMatchObject({ state: 'finished', total: 5, done: 5, skipped: 0 });
    const arrived = await receiver.waitFor(5);
    expect(arrived).toHaveLength(5);
    expect(new Set(arrived.map((request) => request.header('webhook-id')))).toEqual(new Set(since));
    expect(JSON.parse(await you.type(askAgain))).toMatchObject({ results: [] });
  });
});

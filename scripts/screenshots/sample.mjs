// Something to look at: an account as the demo has it, with destinations that work, fail, and are disabled.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from '../lib/paths.mjs';

const EVENTS = 36;
const NAMES = {
  '/crm': 'CRM',
  '/warehouse': 'Warehouse',
  '/statistics': 'Statistics',
  '/billing': 'Billing',
  '/archive': 'Archive',
};

/** Stands in for all destinations: each answers in its own way. */
export async function startReceiver() {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [path] = request.url.split('?');
      const [status, body] = answerOf(path, ++received);
      setTimeout(
        () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        15 + ((received * 37) % 90),
      );
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

function answerOf(path, number) {
  if (path === '/billing') return [401, { error: 'invalid_token', hint: 'The token has expired.' }];
  if (path === '/warehouse' && number % 7 === 0) return [503, { error: 'maintenance', retry: true }];
  return [200, { ok: true, received: number }];
}

/** Through the API, as anybody would; returns once nothing is under way that would change the pictures. */
export async function fillWithSample(call, receiverUrl) {
  const { DESTINATIONS } = await import(inRoot('dist/cli/demo/sample-account.js'));
  const { sampleEvent } = await import(inRoot('dist/cli/demo/sample-events.js'));
  const account = await call('POST', '/api/accounts/', {
    email: 'demo@example.com',
    account_name: 'Demo shop',
    website: 'https://shop.example.com',
  });
  const further = [
    { path: '/billing', http_method: 'POST', headers: { Authorization: 'Bearer b1ll1ng' }, retry_schedule: [1, 1] },
    { path: '/archive', http_method: 'POST', headers: { 'X-Source': 'demo' }, enabled: false },
  ];
  for (const { path, ...fields } of [...DESTINATIONS, ...further]) {
    await call('POST', `/api/accounts/${account.account_id}/destinations/`, {
      ...fields,
      url: receiverUrl + path,
      description: NAMES[path],
    });
  }
  for (let turn = 0; turn < EVENTS; turn++) {
    const { type, payload } = sampleEvent(turn);
    await call('POST', '/server/incoming_data/', payload, {
      'CL-X-TOKEN': account.app_secret_token,
      'CL-X-EVENT-TYPE': type,
      'CL-X-EVENT-ID': `shop-${4711 + turn}`,
    });
  }
  await untilSettled(call);
}

async function untilSettled(call) {
  for (;;) {
    const failed = await call('GET', '/api/deliveries/?state=failed&page_size=100');
    if (failed.results.length >= EVENTS) return;
    await sleep(200);
  }
}

// Which pictures there are. `prepare` brings the page into the state that is shown.
export const PICTURES = [
  { name: 'overview', path: '/admin', height: 1000, prepare: charts },
  { name: 'overview-dark', path: '/admin', height: 1000, scheme: 'dark', prepare: charts },
  { name: 'deliveries', path: '/admin/resources/deliveries', prepare: rows },
  { name: 'deliveries-phone', path: '/admin/resources/deliveries', width: 390, height: 844, prepare: rows },
  { name: 'delivery', path: '/admin', height: 1000, prepare: failedDelivery },
  { name: 'event', path: '/admin', height: 1000, prepare: newestEvent },
  { name: 'bulk', path: '/admin/resources/deliveries?state=failed', prepare: counted },
  { name: 'destination', path: '/admin', height: 1000, prepare: failingDestination },
  { name: 'account', path: '/admin', height: 1000, prepare: firstAccount },
];

async function charts(page) {
  await page.getByRole('img', { name: /^Attempts/ }).waitFor();
}

async function failingDestination(page, { url, call }) {
  const { results } = await call('GET', '/api/destinations/?search=billing');
  await page.goto(`${url}/admin/resources/destinations/records/${results[0].id}/show`);
  await page.getByRole('region', { name: 'Recent attempts' }).waitFor();
}

async function firstAccount(page, { url, call }) {
  const { results } = await call('GET', '/api/accounts/');
  await page.goto(`${url}/admin/resources/accounts/records/${results[0].account_id}/show`);
  await page.getByRole('link', { name: /billing/ }).waitFor();
}

async function rows(page) {
  await page.getByTestId('delivery-row').first().waitFor();
}

async function failedDelivery(page, { url, call }) {
  const { results } = await call('GET', '/api/deliveries/?state=failed&page_size=1');
  await page.goto(`${url}/admin/resources/deliveries/records/${results[0].id}/show`);
  await page.getByTestId('attempt').first().waitFor();
}

async function newestEvent(page, { url, call }) {
  const { results } = await call('GET', '/api/events/?page_size=1');
  await page.goto(`${url}/admin/resources/events/records/${results[0].event_id}/show`);
  await rows(page);
}

async function counted(page) {
  await rows(page);
  await page.getByRole('button', { name: 'Retry all failed' }).click();
  await page.getByRole('button', { name: 'Start' }).waitFor();
}

import { isUuid, parseListQuery, uuidFilter, type ListSpec } from '../../common/list-query.js';
import { Problem } from '../../common/problem.js';
import { encodeCursor } from '../../delivery/ledger/cursor.js';
import { EVENT_FILTERS } from '../../delivery/ledger/events.service.js';
import { DELIVERY_FILTERS } from '../../delivery/ledger/find-deliveries.js';
import { parseLedgerQuery } from '../../delivery/ledger/ledger-query.js';
import type { PanelServices } from '../panel-services.js';
import { attemptView, deliveryView, destinationView, eventView, payloadView } from './present.js';
import type {
  ChoiceView,
  DeliveryDetail,
  DeliveryView,
  EventDetail,
  EventView,
  FoundView,
  PageView,
  PayloadView,
} from './views.js';

const SHOWN_ATTEMPTS = 100;
const SHOWN_DELIVERIES = '100';
const CHOICES = '20';
const BY_NAME: ListSpec = { ordering: ['account_name'], filters: {} };
const BY_URL: ListSpec = { ordering: ['url'], filters: { account_id: uuidFilter } };

/** What the pages of the ledger read. Parameters are those of an address: whatever is wrong with them is told. */
export class LedgerReader {
  constructor(private readonly services: PanelServices) {}

  async deliveries(query: unknown): Promise<PageView<DeliveryView>> {
    const { rows, next, previous } = await this.services.deliveries.list(
      parseLedgerQuery(query, DELIVERY_FILTERS),
      null,
    );
    const names = await this.namesOf(rows);
    return {
      rows: rows.map((row) => deliveryView(row, names)),
      next: next && encodeCursor(next),
      previous: previous && encodeCursor(previous),
    };
  }

  async events(query: unknown): Promise<PageView<EventView>> {
    const { rows, next, previous } = await this.services.events.list(parseLedgerQuery(query, EVENT_FILTERS), null);
    const names = await this.namesOf(rows);
    return {
      rows: rows.map((row) => eventView(row, names)),
      next: next && encodeCursor(next),
      previous: previous && encodeCursor(previous),
    };
  }

  async delivery(id: string): Promise<DeliveryDetail> {
    const { deliveries, destinations, events } = this.services;
    const row = await deliveries.get(id, null);
    const newest = { cursor: null, pageSize: SHOWN_ATTEMPTS, filters: new Map<string, never>() };
    const [attempts, destination, event, names] = await Promise.all([
      deliveries.attempts(id, newest, null),
      orGone(destinations.get(row.destination_id)),
      orGone(events.get(row.event_id, null)),
      this.namesOf([row]),
    ]);
    return {
      delivery: deliveryView(row, names),
      destination: destination && destinationView(destination),
      event: event && eventView(event, names),
      attempts: attempts.rows.map(attemptView),
      has_more_attempts: attempts.next !== null,
    };
  }

  async event(id: string): Promise<EventDetail> {
    const { events, destinations } = this.services;
    const row = await events.get(id, null);
    const ofAccount = parseListQuery({ account_id: row.account_id, page_size: '100' }, BY_URL);
    const [names, deliveries, { rows }] = await Promise.all([
      this.namesOf([row]),
      this.deliveries({ event_id: id, page_size: SHOWN_DELIVERIES }),
      destinations.list({ ...ofAccount, ordering: [{ field: 'url', descending: false }] }),
    ]);
    return {
      event: eventView(row, names),
      deliveries: deliveries.rows,
      has_more_deliveries: deliveries.next !== null,
      destinations: rows.map(destinationView),
    };
  }

  async payload(id: string): Promise<PayloadView> {
    return payloadView((await this.services.events.payload(id, null)).payload);
  }

  /** An id of ours of any kind, or the sender's id of an event. */
  async find(text: string): Promise<FoundView> {
    const { accounts, deliveries, destinations, events } = this.services;
    if (isUuid(text)) {
      const kinds = [
        ['events', events.get(text, null)],
        ['deliveries', deliveries.get(text, null)],
        ['destinations', destinations.get(text)],
        ['accounts', accounts.get(text)],
      ] as const;
      const found = await Promise.all(kinds.map(async ([kind, object]) => (await orGone<object>(object)) && kind));
      const kind = found.find((candidate) => candidate !== null);
      if (kind) return { path: `/admin/resources/${kind}/records/${text.toLowerCase()}/show` };
    }
    const { rows, next } = await this.events({ external_id: text, page_size: '1' });
    const [only] = rows;
    if (!only) return { path: null };
    if (next === null) return { path: `/admin/resources/events/records/${only.id}/show` };
    return { path: `/admin/resources/events?external_id=${encodeURIComponent(text)}` };
  }

  async accountChoices({ search }: { search?: string | undefined }): Promise<ChoiceView[]> {
    const found = await this.services.accounts.list(
      parseListQuery({ page_size: CHOICES, ordering: 'account_name', ...searched(search) }, BY_NAME),
    );
    return found.rows.map(({ account }) => ({ id: account.account_id, label: account.account_name }));
  }

  async destinationChoices(asked: {
    search?: string | undefined;
    accountId?: string | undefined;
  }): Promise<ChoiceView[]> {
    const account = asked.accountId === undefined ? {} : { account_id: asked.accountId };
    const query = { page_size: CHOICES, ordering: 'url', ...searched(asked.search), ...account };
    const { rows } = await this.services.destinations.list(parseListQuery(query, BY_URL));
    return rows.map(({ destination }) => ({
      id: destination.id,
      label: `${destination.http_method} ${destination.url}`,
    }));
  }

  /** Names of the rows' accounts, each looked up once. */
  private namesOf(rows: readonly { account_id: string }[]): Promise<ReadonlyMap<string, string>> {
    return this.services.accounts.namesOf([...new Set(rows.map((row) => row.account_id))]);
  }
}

function searched(search: string | undefined): { search?: string } {
  return search === undefined || search === '' ? {} : { search };
}

/** Null where it is not (any more). */
async function orGone<T>(object: Promise<T>): Promise<T | null> {
  try {
    return await object;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return null;
    throw error;
  }
}

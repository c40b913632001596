import React from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { EventView } from '../../ledger/views.ts';
import { Time } from '../date-time.tsx';
import { size } from '../format.ts';
import { FilterBar } from './filter-bar.tsx';
import { EVENT_KIND } from './filters.ts';
import { FindBox } from './find-box.tsx';
import { ExportLinks, LiveSwitch, Pager } from './list-parts.tsx';
import { Empty, ErrorBox, Loading, PageHead, recordUrl } from './pieces.tsx';
import { useLedgerList } from './use-ledger-list.ts';

const PATH = '/admin/resources/events';

/** What was received, newest first. */
export function EventsList(): React.JSX.Element {
  const list = useLedgerList<EventView>(PATH, 'events', false);
  const { data, error, isLoading, reload, filters } = list;
  return (
    <div className="dp-page dp-wide">
      <PageHead title="Events">
        <LiveSwitch list={list} />
        <ExportLinks kind="events" filters={filters} />
      </PageHead>
      <FindBox />
      <FilterBar path={PATH} kind={EVENT_KIND} filters={filters} />
      {error === null ? null : <ErrorBox text={error} onRetry={reload} />}
      {data === null && error === null ? <Loading what="events" /> : null}
      {data && data.rows.length === 0 ? (
        <Empty>
          {Object.keys(filters).length > 0
            ? 'No event matches this filter.'
            : 'Nothing has been received yet. Data is sent to /server/incoming_data/ with an account’s token.'}
        </Empty>
      ) : null}
      {data && data.rows.length > 0 ? <EventsTable rows={data.rows} isStale={isLoading} /> : null}
      <Pager list={list} />
    </div>
  );
}

function EventsTable({ rows, isStale }: { rows: readonly EventView[]; isStale: boolean }): React.JSX.Element {
  const navigate = useNavigate();
  return (
    <table className={isStale ? 'dp-ledger dp-stale' : 'dp-ledger'} aria-busy={isStale}>
      <thead>
        <tr>
          <th>Received</th>
          <th>Type</th>
          <th>Account</th>
          <th>Sender’s ID</th>
          <th className="dp-grow">Event ID</th>
          <th className="dp-number-cell">Size</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const to = recordUrl('events', row.id);
          return (
            <tr key={row.id} onClick={() => navigate(to)} data-testid="event-row">
              <td data-label="Received">
                <Link to={to} onClick={(event) => event.stopPropagation()}>
                  <Time iso={row.received_at} isShort />
                </Link>
              </td>
              <td data-label="Type" className="dp-cut">
                {row.event_type ?? '–'}
              </td>
              <td data-label="Account" className="dp-cut">
                {row.account_name ?? 'deleted'}
              </td>
              <td data-label="Sender’s ID" className="dp-cut">
                {row.external_id ?? '–'}
              </td>
              <td data-label="Event ID" className="dp-grow dp-mono">
                {row.id}
              </td>
              <td data-label="Size" className="dp-number-cell">
                {size(row.size)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

import React from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { DeliveryView } from '../../ledger/views.ts';
import { Time } from '../date-time.tsx';
import { recordUrl, StateBadge } from './pieces.tsx';

type Chosen = ReadonlyMap<string, DeliveryView>;

interface DeliveriesTableProps {
  readonly rows: readonly DeliveryView[];
  /** Another question is being asked; these are the rows of the one before. */
  readonly isStale?: boolean;
  readonly chosen?: Chosen;
  readonly onChoose?: (chosen: Chosen) => void;
}

/** Deliveries as rows; on a phone as cards. Each column has the width of what stands in it, the URL what is left. */
export function DeliveriesTable({ rows, isStale, chosen, onChoose }: DeliveriesTableProps): React.JSX.Element {
  const isAll = chosen !== undefined && rows.every(({ id }) => chosen.has(id));
  const choose = (some: readonly DeliveryView[], isChosen: boolean): void => {
    const after = new Map(chosen);
    for (const row of some) {
      if (isChosen) after.set(row.id, row);
      else after.delete(row.id);
    }
    onChoose?.(after);
  };
  return (
    <table className={isStale === true ? 'dp-ledger dp-stale' : 'dp-ledger'} aria-busy={isStale === true}>
      <thead>
        <tr>
          {chosen ? (
            <th className="dp-check">
              <input
                type="checkbox"
                aria-label="Select all on this page"
                checked={isAll}
                onChange={({ target }) => choose(rows, target.checked)}
              />
            </th>
          ) : null}
          <th>Accepted</th>
          <th>State</th>
          <th>Event type</th>
          <th className="dp-first-to-go">Account</th>
          <th className="dp-grow">Destination</th>
          <th className="dp-number-cell">Status</th>
          <th className="dp-number-cell">Attempts</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            {...(chosen && { isChosen: chosen.has(row.id), onChoose: (is: boolean) => choose([row], is) })}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: DeliveryView;
  readonly isChosen?: boolean;
  readonly onChoose?: (isChosen: boolean) => void;
}

function Row({ row, isChosen, onChoose }: RowProps): React.JSX.Element {
  const navigate = useNavigate();
  const to = recordUrl('deliveries', row.id);
  return (
    // The link in it is for the keyboard; the whole row for the mouse.
    <tr onClick={() => navigate(to)} data-testid="delivery-row" data-id={row.id}>
      {onChoose ? (
        <td className="dp-check" onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            aria-label={`Select the delivery to ${row.url}, ${row.state}`}
            checked={isChosen === true}
            onChange={({ target }) => onChoose(target.checked)}
          />
        </td>
      ) : null}
      <td data-label="Accepted">
        <Link to={to} onClick={(event) => event.stopPropagation()}>
          <Time iso={row.created_at} isShort />
        </Link>
      </td>
      <td data-label="State">
        <StateBadge state={row.state} />
      </td>
      <td data-label="Event type" className="dp-cut">
        {row.event_type ?? '–'}
      </td>
      <td data-label="Account" className="dp-cut dp-first-to-go">
        {row.account_name ?? 'deleted'}
      </td>
      <td data-label="Destination" className="dp-grow" title={`${row.http_method} ${row.url}`}>
        <span className="dp-verb">{row.http_method}</span> {row.url}
      </td>
      <td data-label="Status" className="dp-number-cell">
        {row.last_status ?? '–'}
      </td>
      <td data-label="Attempts" className="dp-number-cell">
        {row.attempts}
      </td>
    </tr>
  );
}

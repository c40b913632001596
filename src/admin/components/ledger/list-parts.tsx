import React from 'react';
import { Link } from 'react-router-dom';
import { apiQuery, type Filters } from './filters.ts';
import { downloadUrl } from './ledger-api.ts';
import type { LedgerList } from './use-ledger-list.ts';

export function LiveSwitch({ list }: { list: LedgerList<unknown> }): React.JSX.Element {
  return (
    <label className="dp-switch">
      <input
        type="checkbox"
        role="switch"
        checked={list.isLive}
        onChange={({ target }) => list.setLive(target.checked)}
      />
      Live
    </label>
  );
}

/** All that the filter shows, as a file. The link is made when it is followed: spans count back from then. */
export function ExportLinks({ kind, filters }: { kind: string; filters: Filters }): React.JSX.Element {
  const href = (format: string): string => {
    const query = new URLSearchParams({ ...apiQuery(filters, Date.now()), format });
    return downloadUrl(`/export/${kind}?${query.toString()}`);
  };
  return (
    <span className="dp-export">
      Export
      {['csv', 'ndjson'].map((format) => (
        <a
          key={format}
          href={href(format)}
          download
          onClick={({ currentTarget }) => {
            currentTarget.href = href(format);
          }}
        >
          {format.toUpperCase()}
        </a>
      ))}
    </span>
  );
}

export function Pager({ list }: { list: LedgerList<unknown> }): React.JSX.Element | null {
  const { data, isFirstPage, pageUrl } = list;
  if (data === null || (isFirstPage && data.next === null)) return null;
  return (
    <nav className="dp-pager" aria-label="Pages">
      {isFirstPage ? null : <Link to={pageUrl(null)}>Newest</Link>}
      {isFirstPage || data.previous === null ? null : <Link to={pageUrl(data.previous)}>Newer</Link>}
      {data.next === null ? <span>No older ones</span> : <Link to={pageUrl(data.next)}>Older</Link>}
    </nav>
  );
}

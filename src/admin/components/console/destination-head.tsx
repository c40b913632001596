import type { RecordJSON } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import { RecordButtons } from '../record-buttons.tsx';

/** What the destination is, the way back, and what AdminJS offers to do with it. */
export function DestinationHead(props: { record: RecordJSON; resourceId: string }): React.JSX.Element {
  const { record, resourceId } = props;
  return (
    <>
      <nav aria-label="Where you are">
        <Link to="/admin/resources/destinations">Destinations</Link> <span className="dp-muted">/</span>
      </nav>
      <header className="dp-head">
        <h1 className="dp-title dp-url">
          <span className="dp-method">{String(record.params['http_method'])}</span> {String(record.params['url'])}
        </h1>
        <RecordButtons record={record} resourceId={resourceId} />
      </header>
    </>
  );
}

import { ActionButton, useTranslation, type RecordJSON } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';

/** What the destination is, the way back, and what AdminJS offers to do with it. */
export function DestinationHead(props: { record: RecordJSON; resourceId: string }): React.JSX.Element {
  const { record, resourceId } = props;
  const { translateAction } = useTranslation();
  const actions = record.recordActions.filter(({ name }) => name !== 'show');
  return (
    <>
      <nav aria-label="Where you are">
        <Link to="/admin/resources/destinations">Destinations</Link> <span className="dp-muted">/</span>
      </nav>
      <header className="dp-head">
        <h1 className="dp-title dp-url">
          <span className="dp-method">{String(record.params['http_method'])}</span> {String(record.params['url'])}
        </h1>
        <div className="dp-buttons-row">
          {actions.map((action) => (
            <ActionButton key={action.name} action={action} resourceId={resourceId} recordId={record.id}>
              <button type="button" className={action.name === 'delete' ? 'dp-button dp-danger' : 'dp-button'}>
                {translateAction(action.label, resourceId)}
              </button>
            </ActionButton>
          ))}
        </div>
      </header>
    </>
  );
}

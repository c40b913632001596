import { ActionButton, useTranslation, type RecordJSON } from 'adminjs';
import React from 'react';

/** What one may do with an object, as the server says; for the heading of its page. */
export function RecordButtons({ record, resourceId }: { record: RecordJSON; resourceId: string }): React.JSX.Element {
  const { translateAction } = useTranslation();
  return (
    <div className="dp-buttons-row">
      {record.recordActions
        .filter(({ name }) => name !== 'show')
        .map((action) => (
          <ActionButton key={action.name} action={action} resourceId={resourceId} recordId={record.id}>
            <button type="button" className={action.name === 'delete' ? 'dp-button dp-danger' : 'dp-button'}>
              {translateAction(action.label, resourceId)}
            </button>
          </ActionButton>
        ))}
    </div>
  );
}

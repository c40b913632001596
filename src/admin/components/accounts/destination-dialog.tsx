import { Loader } from '@adminjs/design-system';
import { ApiClient, useResource, type RecordJSON } from 'adminjs';
import React, { useEffect, useState } from 'react';
import { Dialog } from '../dialog.tsx';
import { RecordForm } from '../record-form.tsx';

interface DestinationDialogProps {
  readonly accountId: string;
  /** Null: a new one. */
  readonly destinationId: string | null;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** The form of a destination over the page of its account. */
export function DestinationDialog(props: DestinationDialogProps): React.JSX.Element | null {
  const { accountId, destinationId, onSaved, onClose } = props;
  const resource = useResource('destinations');
  const [record, setRecord] = useState<RecordJSON | 'failed' | null>(null);
  useEffect(() => {
    if (destinationId !== null) readDestination(destinationId).then(setRecord, () => setRecord('failed'));
  }, [destinationId]);
  if (!resource) return null;
  const title = destinationId === null ? 'Add a destination' : 'Edit the destination';
  if (destinationId !== null && record === null) {
    return (
      <Dialog title={title} onClose={onClose}>
        <Loader />
      </Dialog>
    );
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {record === 'failed' ? (
        <p role="alert">The destination could not be read. It may have been deleted.</p>
      ) : (
        <RecordForm
          resource={resource}
          record={record}
          given={destinationId === null ? { account_id: accountId } : {}}
          onSaved={onSaved}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}

async function readDestination(recordId: string): Promise<RecordJSON> {
  const { data } = await new ApiClient().recordAction({ resourceId: 'destinations', recordId, actionName: 'edit' });
  if (data.notice?.type === 'error') throw new Error(data.notice.message);
  return data.record;
}

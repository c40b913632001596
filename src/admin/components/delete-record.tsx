import { Button, Icon } from '@adminjs/design-system';
import { ApiClient, useNotice, type ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

/** Asks before an object is deleted, and says what goes along. */
export function DeleteRecord({ record, resource, action }: ActionProps): React.JSX.Element {
  const [busy, setBusy] = useState(false);
  const addNotice = useNotice();
  const navigate = useNavigate();
  const id = record?.id ?? '';
  const lines = linesOf(record?.params['goes_along']);

  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      const { data } = await new ApiClient().recordAction({
        resourceId: resource.id,
        recordId: id,
        actionName: 'delete',
        method: 'post',
      });
      if (data.notice) addNotice(data.notice);
      if (data.notice?.type !== 'error') navigate(`/admin/resources/${resource.id}`);
    } catch {
      addNotice({ message: 'It was not deleted: the service did not answer as expected.', type: 'error' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="dp-page dp-console">
      <section className="dp-card dp-warning" aria-labelledby="delete-title">
        <h2 id="delete-title">Delete {record?.title}?</h2>
        <p>{String(action.custom['warning'])}</p>
        {lines.length > 0 ? (
          <ul className="dp-list" data-testid="goes-along">
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        ) : null}
        <p>There is no way back. The history keeps that it was there.</p>
        <div className="dp-buttons">
          <Button type="button" variant="contained" color="danger" disabled={busy} onClick={() => void remove()}>
            <Icon icon="Trash2" /> Delete
          </Button>
          <Link to={`/admin/resources/${resource.id}/records/${id}/show`}>Keep it</Link>
        </div>
      </section>
    </div>
  );
}

function linesOf(text: unknown): string[] {
  return typeof text === 'string' ? (JSON.parse(text) as string[]) : [];
}

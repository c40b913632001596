import { Loader } from '@adminjs/design-system';
import { ApiClient, type ActionProps } from 'adminjs';
import React, { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { ChangeView } from '../change-view.ts';
import { ACTOR_WORDS, DEED_WORDS, KIND_WORDS, linkToObject } from './change-words.ts';
import { ChangeDetails } from './changed-fields.tsx';
import { Time } from './date-time.tsx';

interface HistoryPage {
  readonly changes: readonly ChangeView[];
  readonly count: number;
  readonly pageSize: number;
}

/** What happened to an object and to what belongs to it, newest first. */
export function History({ record, resource }: ActionProps): React.JSX.Element {
  const [search] = useSearchParams();
  const page = Number(search.get('page') ?? '1');
  const id = record?.id ?? '';
  const [shown, setShown] = useState<HistoryPage | 'failed' | null>(null);
  useEffect(() => {
    setShown(null);
    readHistory(resource.id, id, page).then(setShown, () => setShown('failed'));
  }, [resource.id, id, page]);
  if (shown === null) return <Loader />;
  if (shown === 'failed')
    return <p className="dp-page">The history could not be read. Reload the page to try again.</p>;
  const { changes, count, pageSize } = shown;
  return (
    <div className="dp-page dp-console">
      {changes.length === 0 ? <p>Nothing has been changed since the history is kept.</p> : null}
      <ol className="dp-history">
        {changes.map((change) => (
          <Entry key={change.id} change={change} isOfOther={change.objectId !== id} />
        ))}
      </ol>
      <Pages page={page} last={Math.ceil(count / pageSize)} />
    </div>
  );
}

async function readHistory(resourceId: string, recordId: string, page: number): Promise<HistoryPage> {
  const { data } = await new ApiClient().recordAction({
    resourceId,
    recordId,
    actionName: 'history',
    params: { page },
  });
  const params: Record<string, unknown> = data.record.params;
  if (typeof params['changes'] !== 'string') throw new Error('The answer has no history');
  return {
    changes: JSON.parse(params['changes']) as ChangeView[],
    count: Number(params['changes_count']),
    pageSize: Number(params['changes_page_size']),
  };
}

function Entry({ change, isOfOther }: { change: ChangeView; isOfOther: boolean }): React.JSX.Element {
  const { actorKind, actorName, action, objectKind, objectId, objectName, changedAt } = change;
  const link = action === 'delete' ? null : linkToObject(objectKind, objectId);
  return (
    <li className="dp-card">
      <p className="dp-deed">
        <span>
          <strong>{actorName}</strong> <span className="dp-muted">({ACTOR_WORDS[actorKind]})</span> {DEED_WORDS[action]}
          {isOfOther ? (
            <>
              {' '}
              the {KIND_WORDS[objectKind]} {link === null ? objectName : <Link to={link}>{objectName}</Link>}
            </>
          ) : null}
        </span>
        <Time iso={changedAt} />
      </p>
      <ChangeDetails change={change} />
    </li>
  );
}

function Pages({ page, last }: { page: number; last: number }): React.JSX.Element | null {
  if (last <= 1) return null;
  return (
    <nav className="dp-buttons" aria-label="Pages">
      {page > 1 ? <Link to={`?page=${page - 1}`}>Newer</Link> : null}
      <span>
        Page {page} of {last}
      </span>
      {page < last ? <Link to={`?page=${page + 1}`}>Older</Link> : null}
    </nav>
  );
}

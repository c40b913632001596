import { useCurrentAdmin } from 'adminjs';
import React, { useEffect, useState } from 'react';
import type { DeliveryView, OperationView } from '../../ledger/views.ts';
import { choicesForFilter, choicesForRows, type BulkChoice } from './bulk-choices.ts';
import type { Filters } from './filters.ts';
import { OperationProgress, operationWords } from './operation-progress.tsx';
import { postJson } from './ledger-api.ts';
import { Button, ErrorBox } from './pieces.tsx';
import { useAct } from './use-act.ts';
import { useLoaded } from './use-loaded.ts';

const RUNNING_MS = 700;
const IDLE_MS = 10_000;
/** A finished one stays to be seen for so long. */
const SHOWN_MS = 5 * 60_000;

interface BulkProps {
  readonly filters: Filters;
  readonly chosen: readonly DeliveryView[];
  /** The rows have changed, or are about to. */
  readonly onChange: () => void;
}

/**
 * Bulk operations: those under way with their progress, and new ones, counted before they are started. The service
 * keeps them, so that they go on, and are found here again, whatever becomes of the page.
 */
export function Bulk({ filters, chosen, onChange }: BulkProps): React.JSX.Element {
  const [admin] = useCurrentAdmin();
  const role: unknown = admin?.['role'];
  const [refreshMs, setRefreshMs] = useState(IDLE_MS);
  const { data, reload } = useLoaded<OperationView[]>('operations', () => '/operations?page_size=5', refreshMs);
  const shown = (data ?? []).filter(isShown);
  const running = shown.filter(({ state }) => state === 'running').length;
  useEffect(() => {
    setRefreshMs(running > 0 ? RUNNING_MS : IDLE_MS);
    // When one begins or ends, the rows below are no longer what they were.
    onChange();
  }, [running]);
  return (
    <>
      {shown.map((operation) => (
        <OperationProgress key={operation.id} operation={operation} mayChange={role !== 'viewer'} onChange={reload} />
      ))}
      {role === 'superuser' || role === 'operator' ? (
        <NewOperation
          // What was counted is of this filter and these rows only.
          key={JSON.stringify([filters, chosen.map(({ id }) => id)])}
          choices={(chosen.length > 0 ? choicesForRows(chosen) : choicesForFilter(filters, Date.now()))?.filter(
            ({ isCancel }) => !isCancel || role === 'superuser',
          )}
          chosen={chosen.length}
          onStarted={() => {
            reload();
            onChange();
          }}
        />
      ) : null}
    </>
  );
}

function isShown({ state, finished_at: finishedAt }: OperationView): boolean {
  if (state === 'running' || state === 'paused') return true;
  return state === 'finished' && finishedAt !== null && Date.now() - Date.parse(finishedAt) < SHOWN_MS;
}

interface NewOperationProps {
  readonly choices: readonly BulkChoice[] | undefined;
  readonly chosen: number;
  readonly onStarted: () => void;
}

function NewOperation({ choices, chosen, onStarted }: NewOperationProps): React.JSX.Element | null {
  const [counted, setCounted] = useState<OperationView | null>(null);
  const { isBusy, error, act } = useAct();
  const count = (choice: BulkChoice): void =>
    act(async () => setCounted(await postJson<OperationView>('/operations', choice.request)));
  const start = ({ id }: OperationView): void =>
    act(async () => {
      await postJson(`/operations/${id}/start`);
      setCounted(null);
      onStarted();
    });
  if (!counted && (choices ?? []).length === 0 && error === null) return null;
  return (
    <section className="dp-bulk" aria-label="Bulk operations">
      {error === null ? null : <ErrorBox text={error} />}
      {counted ? (
        <Confirm counted={counted} isBusy={isBusy} onStart={() => start(counted)} onCancel={() => setCounted(null)} />
      ) : (
        <div className="dp-buttons">
          <span>{chosen > 0 ? `${chosen} selected:` : 'All of this filter:'}</span>
          {(choices ?? []).map((choice) => (
            <Button
              key={choice.label}
              kind={choice.isCancel ? 'danger' : 'plain'}
              disabled={isBusy}
              onClick={() => count(choice)}
            >
              {choice.label} …
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

interface ConfirmProps {
  readonly counted: OperationView;
  readonly isBusy: boolean;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

function Confirm({ counted, isBusy, onStart, onCancel }: ConfirmProps): React.JSX.Element {
  const { total, total_is_exact: isExact, action } = counted;
  const count = `${isExact ? '' : 'more than '}${total.toLocaleString()}`;
  if (total === 0) {
    return (
      <div className="dp-buttons" role="status">
        <span>There is nothing left to do: none matches any more.</span>
        <Button onClick={onCancel}>Close</Button>
      </div>
    );
  }
  return (
    <div className="dp-buttons" role="status">
      <strong>{operationWords(counted).will(count)}</strong>
      {/* Where the keyboard is, once it has been counted. */}
      <Button kind={action === 'cancel' ? 'danger' : 'main'} disabled={isBusy} onClick={onStart} autoFocus>
        Start
      </Button>
      <Button disabled={isBusy} onClick={onCancel}>
        Not now
      </Button>
    </div>
  );
}

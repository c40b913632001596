import React from 'react';
import type { OperationView } from '../../ledger/views.ts';
import { postJson } from './ledger-api.ts';
import { Button } from './pieces.tsx';
import { useAct } from './use-act.ts';

interface Words {
  readonly will: (count: string) => string;
  readonly doing: string;
}

/** What an operation does, in words. */
export function operationWords({ action, delivery_state: state }: OperationView): Words {
  if (action === 'cancel') {
    return {
      will: (count) => `${count} ${state} deliveries will be cancelled: they are not sent.`,
      doing: `Cancelling ${state} deliveries`,
    };
  }
  if (state === 'delivered') {
    return {
      will: (count) => `${count} delivered deliveries will be sent once more, as new deliveries.`,
      doing: 'Replaying delivered deliveries',
    };
  }
  if (state === 'failed' || state === 'cancelled') {
    return {
      will: (count) => `${count} ${state} deliveries will be sent again.`,
      doing: `Retrying ${state} deliveries`,
    };
  }
  return {
    will: (count) => `${count} ${state} deliveries will be attempted now.`,
    doing: `Attempting ${state} deliveries now`,
  };
}

interface OperationProgressProps {
  readonly operation: OperationView;
  readonly mayChange: boolean;
  readonly onChange: () => void;
}

/** How far an operation is, with what can be done about it. */
export function OperationProgress({ operation, mayChange, onChange }: OperationProgressProps): React.JSX.Element {
  const { id, state, total, done, skipped } = operation;
  const { error, act } = useAct();
  const change = (name: string): void =>
    act(async () => {
      await postJson(`/operations/${id}/${name}`);
      onChange();
    });
  const { doing } = operationWords(operation);
  const numbers = `${(done + skipped).toLocaleString()} of ${total.toLocaleString()}`;
  return (
    <section className="dp-operation" aria-label={doing} data-testid="operation" data-state={state}>
      <div className="dp-buttons">
        <strong>{doing}</strong>
        <span>{state === 'finished' ? `finished: ${done.toLocaleString()} handed on` : numbers}</span>
        {state === 'paused' ? <span>paused</span> : null}
        {mayChange && state === 'running' ? <Button onClick={() => change('pause')}>Pause</Button> : null}
        {mayChange && state === 'paused' ? <Button onClick={() => change('start')}>Go on</Button> : null}
        {mayChange && state !== 'finished' ? <Button onClick={() => change('cancel')}>Stop for good</Button> : null}
      </div>
      <progress
        max={Math.max(total, 1)}
        value={state === 'finished' ? Math.max(total, 1) : done + skipped}
        aria-label={doing}
      />
      {skipped > 0 ? (
        <p>
          {skipped.toLocaleString()} passed over: their destination or payload is gone, or an attempt was under way.
        </p>
      ) : null}
      {error === null ? null : <p role="alert">{error}</p>}
    </section>
  );
}

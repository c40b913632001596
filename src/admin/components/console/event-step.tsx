import React, { useState } from 'react';
import type { FirstStepsView } from '../../console/views.ts';
import { DeliveryLines } from './delivery-lines.tsx';
import { messageOf, PanelError } from '../panel-api.ts';
import { postJson } from './console-api.ts';
import { Curl, post, Step } from './step.tsx';

interface EventStepProps {
  readonly steps: FirstStepsView;
  readonly token: string | null;
  readonly onToken: (token: string) => void;
  readonly publicUrl: string;
  readonly mayWrite: boolean;
  readonly onChange: () => void;
  readonly onLeave: (() => void) | null;
}

const RECEIVING = '/server/incoming_data/';
const PAYLOAD = '{"type": "order.created", "id": 4711}';

/** The last step: data is sent, and one sees it arrive. */
export function EventStep(props: EventStepProps): React.JSX.Element {
  const { steps, token, onToken, publicUrl, mayWrite, onChange, onLeave } = props;
  const { account, destination, arrivals } = steps;
  const isReady = account !== null && destination !== null;
  const curl = post(publicUrl, RECEIVING, `CL-X-TOKEN: ${token ?? '$TOKEN'}`, PAYLOAD);
  return (
    <Step number={3} title="Send data" done={arrivals.length > 0} isLater={!isReady}>
      <p>Any JSON, with the account&rsquo;s token. It goes to every destination of the account.</p>
      {isReady && mayWrite ? (
        <Sending accountId={account.id} token={token} onToken={onToken} onChange={onChange} />
      ) : null}
      <Curl curl={curl} isOpen={isReady && arrivals.length === 0} />
      <Arrivals arrivals={arrivals} isReady={isReady} onLeave={onLeave} />
    </Step>
  );
}

interface SendingProps {
  readonly accountId: string;
  readonly token: string | null;
  readonly onToken: (token: string) => void;
  readonly onChange: () => void;
}

/** Sends over the very way that others send by: for that the token is needed, which nobody can read again. */
function Sending({ accountId, token, onToken, onChange }: SendingProps): React.JSX.Element {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = (work: () => Promise<void>): void => {
    setBusy(true);
    setError(null);
    work()
      .catch((failure: unknown) => setError(messageOf(failure)))
      .finally(() => setBusy(false));
  };
  const send = (): void => run(() => sendTo(token ?? '').then(onChange));
  const renew = (): void =>
    run(async () => onToken((await postJson<{ token: string }>(`/accounts/${accountId}/rotate-token`)).token));
  return (
    <div className="dp-form">
      {token === null ? (
        <p>
          The token was shown when it was made.{' '}
          <button type="button" className="dp-button" disabled={busy} onClick={renew}>
            Make a new one
          </button>{' '}
          <span className="dp-muted">The one before goes on for a day.</span>
        </p>
      ) : (
        <button type="button" className="dp-button dp-primary" disabled={busy} onClick={send}>
          Send a test event
        </button>
      )}
      {error === null ? null : (
        <p className="dp-wrong" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

async function sendTo(token: string): Promise<void> {
  const headers = { 'CL-X-TOKEN': token, 'Content-Type': 'application/json' };
  const response = await fetch(RECEIVING, { method: 'POST', headers, body: PAYLOAD });
  if (response.status === 202) return;
  const { error } = (await response.json()) as { error?: string };
  throw new PanelError(error ?? 'It was not accepted.');
}

interface ArrivalsProps {
  readonly arrivals: FirstStepsView['arrivals'];
  readonly isReady: boolean;
  readonly onLeave: (() => void) | null;
}

/** What arrives, as it arrives. */
function Arrivals({ arrivals, isReady, onLeave }: ArrivalsProps): React.JSX.Element | null {
  if (!isReady) return null;
  const isDelivered = arrivals.some(({ state }) => state === 'delivered');
  return (
    <div className="dp-arrivals" role="status" aria-label="What arrives">
      {arrivals.length === 0 ? <p className="dp-waiting">Waiting for the first event …</p> : null}
      <DeliveryLines lines={arrivals} />
      {isDelivered ? <p className="dp-good">It has arrived at its destination.</p> : null}
      {onLeave === null ? null : (
        <button type="button" className="dp-button dp-primary" onClick={onLeave}>
          Go to the overview
        </button>
      )}
    </div>
  );
}

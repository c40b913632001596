import React, { useState } from 'react';
import type { FirstStepsView } from '../../console/views.ts';
import { AccountStep } from './account-step.tsx';
import { DestinationStep } from './destination-step.tsx';
import { EventStep } from './event-step.tsx';

interface FirstStepsProps {
  readonly steps: FirstStepsView;
  readonly publicUrl: string;
  readonly mayWrite: boolean;
  readonly onChange: () => void;
  /** Null until something has been received. */
  readonly onLeave: (() => void) | null;
}

/** From an empty install to the first data at its destination, without leaving the page. */
export function FirstSteps({ steps, publicUrl, mayWrite, onChange, onLeave }: FirstStepsProps): React.JSX.Element {
  // Known only to who made it, and only until the page is left.
  const [token, setToken] = useState<string | null>(null);
  const common = { publicUrl, mayWrite, onChange };
  return (
    <>
      <h1 className="dp-title">Welcome to Data Pusher</h1>
      <p className="dp-lead">
        Three steps, and the first data arrives where you want it. You can do them here or with <code>curl</code>.
      </p>
      <ol className="dp-steps">
        <AccountStep {...common} account={steps.account} token={token} onToken={setToken} />
        <DestinationStep {...common} account={steps.account} destination={steps.destination} />
        <EventStep {...common} steps={steps} token={token} onToken={setToken} onLeave={onLeave} />
      </ol>
    </>
  );
}

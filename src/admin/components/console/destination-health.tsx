import React from 'react';
import type { DestinationPage } from '../../console/views.ts';
import { HealthBadge, HealthWords } from './health-state.tsx';
import { RetryFailed } from './retry-failed.tsx';
import { SwitchButton } from './switch-button.tsx';

interface DestinationHealthProps {
  readonly page: DestinationPage;
  readonly id: string;
  readonly url: string;
  readonly mayOperate: boolean;
  readonly onChange: () => void;
}

/** How the destination is doing, and the buttons that mend it. */
export function DestinationHealth(props: DestinationHealthProps): React.JSX.Element {
  const { page, id, url, mayOperate, onChange } = props;
  const { enabled, disabledReason, health, failed, now } = page;
  return (
    <section className="dp-card dp-row" aria-label="Health">
      <div className="dp-row-main">
        <div className="dp-row-title">
          <HealthBadge enabled={enabled} health={health} />
          {isWell(page) ? <span>{wellWords(page)}</span> : null}
        </div>
        <HealthWords enabled={enabled} disabledReason={disabledReason} health={health} nowMs={Date.parse(now)} />
      </div>
      {mayOperate ? (
        <div className="dp-row-buttons">
          <SwitchButton id={id} enabled={enabled} mayDisable onChange={onChange} />
          <RetryFailed destinationId={id} url={url} failed={failed} onChange={onChange} />
        </div>
      ) : null}
    </section>
  );
}

function isWell({ enabled, health }: DestinationPage): boolean {
  return enabled && health.problem === null && health.pausedUntil === null && health.probeAt === null;
}

function wellWords({ attempts }: DestinationPage): string {
  return attempts.length === 0 ? 'Nothing has been sent to it yet.' : 'The latest attempt was delivered.';
}

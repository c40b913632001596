import { useCurrentAdmin, type ActionProps } from 'adminjs';
import { Loader } from '@adminjs/design-system';
import React from 'react';
import { Link } from 'react-router-dom';
import type { DestinationPage as PageView } from '../../console/views.ts';
import { RecordButtons } from '../record-buttons.tsx';
import { DestinationAttempts } from './destination-attempts.tsx';
import { DestinationFigures } from './destination-figures.tsx';
import { DestinationSettings } from './destination-settings.tsx';
import { HealthBadge, HealthWords } from './health-state.tsx';
import { RetryFailed } from './retry-failed.tsx';
import { SendTest } from './send-test.tsx';
import { SigningSecret } from './signing-secret.tsx';
import { SpanChoice, useSpan } from './span-choice.tsx';
import { SwitchButton } from './switch-button.tsx';
import { TrafficCharts } from './traffic-charts.tsx';
import { useLive } from './use-live.ts';

/** A destination: what it is, how it is doing, and what one can do about it. */
export function DestinationPage({ record, resource }: ActionProps): React.JSX.Element {
  const [span, chooseSpan] = useSpan();
  const [admin] = useCurrentAdmin();
  const role: unknown = admin?.['role'];
  const id = record?.id ?? '';
  const { data, error, refresh } = useLive<PageView>(`/destinations/${id}?span=${encodeURIComponent(span)}`);
  if (!record) return <Loader />;
  const url = String(record.params['url']);
  const mayOperate = role === 'superuser' || role === 'operator';
  return (
    <div className="dp-page dp-console">
      <nav aria-label="Where you are">
        <Link to="/admin/resources/destinations">Destinations</Link> <span className="dp-muted">/</span>
      </nav>
      <header className="dp-head">
        <h1 className="dp-title dp-url">
          <span className="dp-method">{String(record.params['http_method'])}</span> {url}
        </h1>
        <RecordButtons record={record} resourceId={resource.id} />
      </header>
      {error === null ? null : (
        <p className="dp-card dp-alert" role="alert">
          {error} What you see may be out of date; it is tried again every few seconds.
        </p>
      )}
      {data === null ? null : (
        <section className="dp-card" aria-label="Health">
          <div className="dp-row">
            <div className="dp-row-main">
              <div className="dp-row-title">
                <HealthBadge enabled={data.enabled} health={data.health} />
                {isWell(data) ? <span>{wellWords(data)}</span> : null}
              </div>
              <HealthWords
                enabled={data.enabled}
                disabledReason={data.disabledReason}
                health={data.health}
                nowMs={Date.parse(data.now)}
              />
            </div>
            {mayOperate ? (
              <div className="dp-row-buttons">
                <SwitchButton id={id} enabled={data.enabled} mayDisable={mayOperate} onChange={refresh} />
                {data.failed > 0 ? <RetryFailed destinationId={id} url={url} onChange={refresh} /> : null}
              </div>
            ) : null}
          </div>
        </section>
      )}
      {mayOperate ? <SendTest destinationId={id} /> : null}
      {data === null ? (
        <Loader />
      ) : (
        <>
          <div className="dp-head">
            <h2 className="dp-subtitle">Traffic</h2>
            <SpanChoice span={span} choose={chooseSpan} />
          </div>
          <DestinationFigures page={data} destinationId={id} />
          <TrafficCharts traffic={data.traffic} />
          <DestinationAttempts page={data} destinationId={id} />
        </>
      )}
      <DestinationSettings record={record} />
      {role === 'superuser' ? <SigningSecret destinationId={id} /> : null}
    </div>
  );
}

function isWell({ enabled, health }: PageView): boolean {
  return enabled && health.problem === null && health.pausedUntil === null && health.probeAt === null;
}

function wellWords({ attempts }: PageView): string {
  return attempts.length === 0 ? 'Nothing has been sent to it yet.' : 'The latest attempt was delivered.';
}

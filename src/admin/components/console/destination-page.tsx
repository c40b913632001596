import { Loader } from '@adminjs/design-system';
import { useCurrentAdmin, type ActionProps } from 'adminjs';
import React from 'react';
import type { DestinationPage as PageView } from '../../console/views.ts';
import { DestinationAttempts } from './destination-attempts.tsx';
import { DestinationFigures } from './destination-figures.tsx';
import { DestinationHead } from './destination-head.tsx';
import { DestinationHealth } from './destination-health.tsx';
import { DestinationSettings } from './destination-settings.tsx';
import { SendTest } from './send-test.tsx';
import { SigningSecret } from './signing-secret.tsx';
import { SpanChoice, useSpan } from './span-choice.tsx';
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
  const mayOperate = role === 'superuser' || role === 'operator';
  return (
    <div className="dp-page dp-console">
      <DestinationHead record={record} resourceId={resource.id} />
      {error === null ? null : (
        <p className="dp-card dp-alert" role="alert">
          {error} What you see may be out of date; it is tried again every few seconds.
        </p>
      )}
      {data === null ? null : (
        <DestinationHealth
          page={data}
          id={id}
          url={String(record.params['url'])}
          mayOperate={mayOperate}
          onChange={refresh}
        />
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

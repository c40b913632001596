import { Loader } from '@adminjs/design-system';
import { useCurrentAdmin, type ActionProps, type RecordJSON } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import type { AccountPage as PageView } from '../../console/views.ts';
import { SpanChoice, useSpan } from '../console/span-choice.tsx';
import { TrafficCharts } from '../console/traffic-charts.tsx';
import { useLive } from '../console/use-live.ts';
import { RecordButtons } from '../record-buttons.tsx';
import { AccountFacts } from './account-facts.tsx';
import { AccountFigures } from './account-figures.tsx';
import { AccountDestinations } from './account-destinations.tsx';

/** An account: who it is, where its data goes, and how that is going. */
export function AccountPage({ record, resource }: ActionProps): React.JSX.Element {
  const [span, chooseSpan] = useSpan();
  const [admin] = useCurrentAdmin();
  const role: unknown = admin?.['role'];
  const id = record?.id ?? '';
  const { data, error, refresh } = useLive<PageView>(`/accounts/${id}?span=${encodeURIComponent(span)}`);
  if (!record) return <Loader />;
  return (
    <div className="dp-page dp-console">
      <nav aria-label="Where you are">
        <Link to="/admin/resources/accounts">Accounts</Link> <span className="dp-muted">/</span>
      </nav>
      <Heading record={record} resourceId={resource.id} />
      {error === null ? null : (
        <p className="dp-card dp-alert" role="alert">
          {error} What you see may be out of date; it is tried again every few seconds.
        </p>
      )}
      <AccountFacts record={record} />
      {data === null ? (
        <Loader />
      ) : (
        <>
          <AccountDestinations
            accountId={id}
            page={data}
            mayOperate={role === 'superuser' || role === 'operator'}
            mayConfigure={role === 'superuser'}
            onChange={refresh}
          />
          <div className="dp-head">
            <h2 className="dp-subtitle">Traffic</h2>
            <SpanChoice span={span} choose={chooseSpan} />
          </div>
          <AccountFigures traffic={data.traffic} accountId={id} />
          <TrafficCharts traffic={data.traffic} />
        </>
      )}
    </div>
  );
}

/** Its buttons are what the server says that one may do. */
function Heading({ record, resourceId }: { record: RecordJSON; resourceId: string }): React.JSX.Element {
  const website = String(record.params['website'] ?? '');
  return (
    <>
      <header className="dp-head">
        <h1 className="dp-title dp-url">{String(record.params['account_name'])}</h1>
        <RecordButtons record={record} resourceId={resourceId} />
      </header>
      <p className="dp-lead">
        <a href={`mailto:${String(record.params['email'])}`}>{String(record.params['email'])}</a>
        {/^https?:\/\//i.test(website) ? (
          <>
            {' · '}
            <a href={website} target="_blank" rel="noreferrer noopener">
              {website}
            </a>
          </>
        ) : null}
      </p>
    </>
  );
}

import { Loader } from '@adminjs/design-system';
import { ApiClient, useCurrentAdmin } from 'adminjs';
import React, { useEffect, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Overview } from '../overview.ts';
import { FirstSteps } from './first-steps.tsx';

/** The first page: how much there is, what needs a look, and on an empty install what to do first. */
export function Dashboard(): React.JSX.Element {
  const [overview, setOverview] = useState<Overview | null>(null);
  const [failed, setFailed] = useState(false);
  const [admin] = useCurrentAdmin();
  useEffect(() => {
    new ApiClient().getDashboard<Overview>().then(
      ({ data }) => setOverview(data),
      () => setFailed(true),
    );
  }, []);
  if (failed) return <p className="dp-page">The service did not answer. Reload the page to try again.</p>;
  if (!overview) return <Loader />;
  const isEmpty = overview.accounts === 0 || overview.destinations === 0;
  return (
    <div className="dp-page">
      <h1 className="dp-title">{isEmpty ? 'Welcome to Data Pusher' : 'Overview'}</h1>
      {isEmpty ? (
        <FirstSteps overview={overview} mayWrite={admin?.['role'] === 'superuser'} />
      ) : (
        <>
          <Counts overview={overview} />
          <Disabled overview={overview} />
        </>
      )}
      <Links />
    </div>
  );
}

function Counts({ overview: { accounts, destinations, disabledCount } }: { overview: Overview }): React.JSX.Element {
  return (
    <div className="dp-cards">
      <Count label="Accounts" count={accounts} to="/admin/resources/accounts" />
      <Count label="Destinations" count={destinations} to="/admin/resources/destinations" />
      <Count
        label="Disabled destinations"
        count={disabledCount}
        to="/admin/resources/destinations?filters.enabled=false"
        isBad={disabledCount > 0}
      />
    </div>
  );
}

interface CountProps {
  readonly label: string;
  readonly count: number;
  readonly to: string;
  readonly isBad?: boolean;
}

function Count({ label, count, to, isBad = false }: CountProps): React.JSX.Element {
  return (
    <Link to={to} className={isBad ? 'dp-card dp-bad' : 'dp-card'}>
      <span className="dp-count">{count.toLocaleString()}</span>
      <span>{label}</span>
    </Link>
  );
}

function Disabled({ overview: { disabled, disabledCount } }: { overview: Overview }): React.JSX.Element {
  if (disabled.length === 0) return <p className="dp-card dp-good">All destinations are enabled.</p>;
  return (
    <section className="dp-card">
      <h2>Disabled destinations</h2>
      <p>What is meant for them is held back and goes on when they are enabled.</p>
      <table className="dp-table">
        <thead>
          <tr>
            <th>Destination</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {disabled.map(({ id, url, reason }) => (
            <tr key={id}>
              <td>
                <Link to={`/admin/resources/destinations/records/${id}/show`}>{url}</Link>
              </td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {disabledCount > disabled.length ? (
        <Link to="/admin/resources/destinations?filters.enabled=false">All {disabledCount}</Link>
      ) : null}
    </section>
  );
}

function Links(): React.JSX.Element {
  return (
    <section className="dp-card">
      <h2>For programs</h2>
      <p>
        Everything here can be done by the API, too: <a href="/docs/">API documentation</a>,{' '}
        <a href="/docs/openapi.json">its OpenAPI description</a>, <a href="/health/ready">health</a>.
      </p>
    </section>
  );
}

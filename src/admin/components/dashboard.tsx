import { Loader } from '@adminjs/design-system';
import { useCurrentAdmin } from 'adminjs';
import React, { useState } from 'react';
import type { Overview } from '../console/views.ts';
import { FirstSteps } from './console/first-steps.tsx';
import { OverviewPage } from './console/overview-page.tsx';
import { useSpan } from './console/span-choice.tsx';
import { useLive } from './console/use-live.ts';

/** While somebody sets the first destination up, what arrives is to be seen at once. */
const FIRST_STEPS_EVERY_MS = 1_500;
const EVERY_MS = 5_000;

/** The first page: on an empty install what to do first, seen through to the end; then how things are. */
export function Dashboard(): React.JSX.Element {
  const [span, chooseSpan] = useSpan();
  const [guided, setGuided] = useState(false);
  const [admin] = useCurrentAdmin();
  const role: unknown = admin?.['role'];
  const path = `/overview?span=${encodeURIComponent(span)}${guided ? '&first_steps=true' : ''}`;
  const { data, error, refresh } = useLive<Overview>(path, guided ? FIRST_STEPS_EVERY_MS : EVERY_MS);
  if (!data) return error === null ? <Loader /> : <Unavailable error={error} />;
  if (data.isFresh && !guided) setGuided(true);
  return (
    <div className="dp-page dp-console">
      {guided && data.firstSteps ? (
        <FirstSteps
          steps={data.firstSteps}
          publicUrl={data.publicUrl}
          mayWrite={role === 'superuser'}
          onChange={refresh}
          onLeave={data.isFresh ? null : () => setGuided(false)}
        />
      ) : (
        <OverviewPage
          overview={data}
          error={error}
          span={span}
          chooseSpan={chooseSpan}
          mayOperate={role === 'superuser' || role === 'operator'}
          onChange={refresh}
        />
      )}
      <Links />
    </div>
  );
}

function Unavailable({ error }: { error: string }): React.JSX.Element {
  return (
    <p className="dp-page" role="alert">
      {error} It is tried again every few seconds.
    </p>
  );
}

function Links(): React.JSX.Element {
  return (
    <p className="dp-muted">
      For programs: <a href="/docs/">API documentation</a>, <a href="/docs/openapi.json">OpenAPI description</a>,{' '}
      <a href="/health/ready">health</a>.
    </p>
  );
}

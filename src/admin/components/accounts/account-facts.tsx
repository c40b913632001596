import type { RecordJSON } from 'adminjs';
import React from 'react';
import { Time } from '../date-time.tsx';
import { CopyButton } from '../token-once.tsx';

/** What programs need to know of an account. */
export function AccountFacts({ record }: { record: RecordJSON }): React.JSX.Element {
  const text = (name: string): string => String(record.params[name] ?? '');
  return (
    <section className="dp-card" aria-labelledby="dp-account">
      <h2 id="dp-account">Account</h2>
      <dl className="dp-facts">
        <div>
          <dt>ID</dt>
          <dd className="dp-copied">
            <code className="dp-pre">{record.id}</code> <CopyButton text={record.id} />
          </dd>
        </div>
        <div>
          <dt>App secret token</dt>
          <dd>
            <code className="dp-pre">{text('app_secret_token')}</code>
            <p className="dp-muted">
              Sent as CL-X-TOKEN with the data. It was shown when it was made; rotate it if it is lost.
            </p>
          </dd>
        </div>
        <div>
          <dt>Events a second</dt>
          <dd>{text('receive_rate_limit') || 'no limit'}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            <Time iso={text('created_at')} />
          </dd>
        </div>
        <div>
          <dt>Changed</dt>
          <dd>
            <Time iso={text('updated_at')} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

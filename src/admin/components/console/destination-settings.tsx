import type { RecordJSON } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import { Time } from '../date-time.tsx';
import { parseSchedule } from '../durations.ts';
import { parseRows } from '../header-rows.ts';
import { duration } from '../format.ts';

/** How a destination is set up. */
export function DestinationSettings({ record }: { record: RecordJSON }): React.JSX.Element {
  const { params, populated } = record;
  const accountId = String(params['account_id']);
  const headers = parseRows(params['headers']).map(([name, value]) => `${name}: ${value}`);
  const text = (name: string): string => String(params[name] ?? '');
  const { seconds: schedule } = parseSchedule(text('retry_schedule'));
  return (
    <section className="dp-card" aria-labelledby="dp-settings">
      <h2 id="dp-settings">Settings</h2>
      <dl className="dp-facts">
        <Fact name="Account">
          <Link to={`/admin/resources/accounts/records/${accountId}/show`}>
            {populated['account_id']?.title ?? accountId}
          </Link>
        </Fact>
        <Fact name="Description">{text('description') || '–'}</Fact>
        <Fact name="Headers">
          <pre className="dp-pre">{headers.length > 0 ? headers.join('\n') : '–'}</pre>
        </Fact>
        {text('missing_encryption_keys') !== '' && (
          <Fact name="Missing encryption keys">
            <span className="dp-wrong">
              {text('missing_encryption_keys')}: its deliveries wait. Add the key to ENCRYPTION_KEY, or enter the
              headers again and rotate the signing secret.
            </span>
          </Fact>
        )}
        <Fact name="Event types">{text('event_types').split('\n').join(', ') || 'all'}</Fact>
        <Fact name="Time-out">{duration(Number(params['timeout_ms']))} for an attempt as a whole</Fact>
        <Fact name="At once">
          at most {text('max_concurrency')} {params['ordered'] === true ? ', one at a time in order of acceptance' : ''}
        </Fact>
        <Fact name="Rate limit">{text('rate_limit') === '' ? 'none' : `${text('rate_limit')} a second`}</Fact>
        <Fact name="Retries after">
          {schedule.length === 0 ? 'no retries' : schedule.map((seconds) => duration(seconds * 1000)).join(', ')}
        </Fact>
        <Fact name="Created">
          <Time iso={text('created_at')} />
        </Fact>
        <Fact name="Changed">
          <Time iso={text('updated_at')} />
        </Fact>
        <Fact name="ID">
          <code className="dp-pre">{record.id}</code>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

import React from 'react';
import { Link } from 'react-router-dom';
import type { FirstStepsView } from '../../console/views.ts';
import { Field } from './field.tsx';
import { postJson } from './console-api.ts';
import { Curl, post, Step } from './step.tsx';
import { Submit } from './submit.tsx';
import { useForm } from './use-form.ts';

interface DestinationStepProps {
  readonly account: FirstStepsView['account'];
  readonly destination: FirstStepsView['destination'];
  readonly publicUrl: string;
  readonly mayWrite: boolean;
  readonly onChange: () => void;
}

const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
const TITLE = 'Add a destination';

export function DestinationStep(props: DestinationStepProps): React.JSX.Element {
  const { account, destination, publicUrl, mayWrite, onChange } = props;
  const isLater = account === null;
  if (destination) {
    return (
      <Step number={2} title={TITLE} done>
        <p>
          Data goes to{' '}
          <Link to={`/admin/resources/destinations/records/${destination.id}/show`}>
            {destination.httpMethod} {destination.url}
          </Link>
          .
        </p>
      </Step>
    );
  }
  return (
    <Step number={2} title={TITLE} done={false} isLater={isLater}>
      <p>The URL that the account&rsquo;s data is pushed to, with its method and at least one header.</p>
      {mayWrite && account ? <DestinationForm accountId={account.id} onChange={onChange} /> : null}
      <Curl
        curl={post(
          publicUrl,
          '/api/destinations/',
          'Authorization: Bearer $API_KEY',
          `{"account_id": "${account?.id ?? '…'}", "url": "https://receiver.example.com/hook", "http_method": "POST", "headers": {"X-Api-Key": "…"}}`,
        )}
      />
    </Step>
  );
}

function DestinationForm({ accountId, onChange }: { accountId: string; onChange: () => void }): React.JSX.Element {
  const initial = { url: '', http_method: 'POST', headers: 'X-Source', header_value: 'data-pusher' };
  const form = useForm(initial, async ({ url, http_method: method, headers, header_value: value }) => {
    const input = {
      account_id: accountId,
      url,
      http_method: method,
      headers: headers === '' ? {} : { [headers]: value },
    };
    await postJson('/destinations', input);
    onChange();
  });
  return (
    <form className="dp-form" onSubmit={form.submit} noValidate>
      <div className="dp-field dp-narrow">
        <label htmlFor="dp-method">Method</label>
        <select id="dp-method" value={form.values.http_method} onChange={form.change('http_method')}>
          {METHODS.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
      </div>
      <Field
        label="URL"
        type="url"
        value={form.values.url}
        onChange={form.change('url')}
        wrong={form.wrong('url')}
        placeholder="https://receiver.example.com/hook"
      />
      <Field
        label="Header"
        value={form.values.headers}
        onChange={form.change('headers')}
        wrong={form.wrong('headers')}
        placeholder="X-Api-Key"
      />
      <Field
        label="Its value"
        value={form.values.header_value}
        onChange={form.change('header_value')}
        wrong={undefined}
      />
      <Submit label="Add the destination" busy={form.busy} error={form.error} />
    </form>
  );
}

import React from 'react';
import type { FirstStepsView } from '../../console/views.ts';
import { TokenOnce } from '../token-once.tsx';
import { Field } from './field.tsx';
import { postJson } from './console-api.ts';
import { Curl, post, Step } from './step.tsx';
import { Submit } from './submit.tsx';
import { useForm } from './use-form.ts';

interface AccountStepProps {
  readonly account: FirstStepsView['account'];
  readonly token: string | null;
  readonly onToken: (token: string) => void;
  readonly publicUrl: string;
  readonly mayWrite: boolean;
  readonly onChange: () => void;
}

export function AccountStep(props: AccountStepProps): React.JSX.Element {
  const { account, token, onToken, publicUrl, mayWrite, onChange } = props;
  if (account) {
    return (
      <Step number={1} title={TITLE} done>
        <p>
          <strong>{account.name}</strong> can send data.
        </p>
        {token === null ? null : <TokenOnce token={token} />}
      </Step>
    );
  }
  return (
    <Step number={1} title={TITLE} done={false}>
      <p>It owns destinations, and its app secret token lets data in.</p>
      {mayWrite ? (
        <AccountForm onToken={onToken} onChange={onChange} />
      ) : (
        <p className="dp-muted">Only a superuser can do this here.</p>
      )}
      <Curl curl={post(publicUrl, '/api/accounts/', 'Authorization: Bearer $API_KEY', EXAMPLE)} />
    </Step>
  );
}

const TITLE = 'Add an account';
const EXAMPLE = '{"email": "ops@example.com", "account_name": "Example Ltd"}';

function AccountForm({ onToken, onChange }: Pick<AccountStepProps, 'onToken' | 'onChange'>): React.JSX.Element {
  const form = useForm({ account_name: '', email: '' }, async (values) => {
    const created = await postJson<{ token: string }>('/accounts', values);
    onToken(created.token);
    onChange();
  });
  return (
    <form className="dp-form" onSubmit={form.submit} noValidate>
      <Field
        label="Name"
        value={form.values.account_name}
        onChange={form.change('account_name')}
        wrong={form.wrong('account_name')}
        placeholder="Example Ltd"
      />
      <Field
        label="Email"
        type="email"
        value={form.values.email}
        onChange={form.change('email')}
        wrong={form.wrong('email')}
        placeholder="ops@example.com"
      />
      <Submit label="Add the account" busy={form.busy} error={form.error} />
    </form>
  );
}

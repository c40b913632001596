import React from 'react';
import { Link } from 'react-router-dom';
import type { Overview } from '../overview.ts';
import { CopyButton } from './token-once.tsx';

interface FirstStepsProps {
  readonly overview: Overview;
  readonly mayWrite: boolean;
}

/** From an empty install to the first data at its destination, here or with curl. */
export function FirstSteps({ overview, mayWrite }: FirstStepsProps): React.JSX.Element {
  const { publicUrl, accounts, destinations } = overview;
  return (
    <ol className="dp-steps">
      <Step
        number={1}
        title="Add an account"
        done={accounts > 0}
        to={mayWrite ? '/admin/resources/accounts/actions/new' : null}
        curl={post(publicUrl, '/api/accounts/', API_KEY, '{"email": "ops@example.com", "account_name": "Example Ltd"}')}
      >
        It owns destinations, and its app secret token lets data in.
      </Step>
      <Step
        number={2}
        title="Add a destination"
        done={destinations > 0}
        to={mayWrite ? '/admin/resources/destinations/actions/new' : null}
        curl={post(publicUrl, '/api/destinations/', API_KEY, DESTINATION)}
      >
        The URL that the account&rsquo;s data is pushed to, with its method and headers.
      </Step>
      <Step
        number={3}
        title="Send data"
        done={false}
        to={null}
        curl={post(publicUrl, '/server/incoming_data/', 'CL-X-TOKEN: $TOKEN', '{"hello": "world"}')}
      >
        Any JSON, with the account&rsquo;s token. It arrives at every destination of the account.
      </Step>
    </ol>
  );
}

const API_KEY = 'Authorization: Bearer $API_KEY';
const DESTINATION =
  '{"account_id": "…", "url": "https://receiver.example.com/hook", "http_method": "POST", "headers": {"X-Api-Key": "…"}}';

function post(publicUrl: string, path: string, header: string, body: string): string {
  return [`curl ${publicUrl}${path}`, `-H "${header}"`, `-H 'Content-Type: application/json'`, `-d '${body}'`].join(
    ' \\\n  ',
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly done: boolean;
  readonly to: string | null;
  readonly curl: string;
  readonly children: React.ReactNode;
}

function Step({ number, title, done, to, curl, children }: StepProps): React.JSX.Element {
  return (
    <li className="dp-card">
      <h2>
        <span className={done ? 'dp-number dp-done' : 'dp-number'}>{done ? '✓' : number}</span> {title}
      </h2>
      <p>{children}</p>
      {to !== null && !done ? (
        <Link to={to} className="dp-link-button">
          {title}
        </Link>
      ) : null}
      <details open={to === null && !done}>
        <summary>With curl</summary>
        <pre className="dp-pre dp-code">{curl}</pre>
        <CopyButton text={curl} />
      </details>
    </li>
  );
}

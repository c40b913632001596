import React from 'react';
import type { AttemptView } from '../../attempt-view.ts';
import type { PayloadView } from '../../ledger/views.ts';
import { Time } from '../date-time.tsx';
import { CopyButton } from '../token-once.tsx';
import { CodeBlock } from './code-block.tsx';
import { curlCommand } from '../../ledger/curl-command.ts';
import { duration } from '../format.ts';
import { Payload } from './payload.tsx';
import { TimingsBar } from './timings-bar.tsx';
import type { Loaded } from './use-loaded.ts';

interface AttemptCardProps {
  readonly attempt: AttemptView;
  readonly eventId: string;
  readonly payload: Loaded<PayloadView>;
  readonly isOpen: boolean;
}

/** One request with its answer beside it, what became of it in plain words, and where its time went. */
export function AttemptCard({ attempt, eventId, payload, isOpen }: AttemptCardProps): React.JSX.Element {
  const { number, startedAt, status, timings, errorCode, message } = attempt;
  const isGood = errorCode === null;
  const inline = payload.data?.is_cut === false ? payload.data.text : null;
  return (
    <li className={isGood ? 'dp-step dp-step-good' : 'dp-step dp-step-bad'} data-testid="attempt">
      <details open={isOpen}>
        <summary>
          <strong className={isGood ? 'dp-good' : 'dp-wrong'}>{status ?? 'No answer'}</strong> Attempt {number},{' '}
          <Time iso={startedAt} />
          {timings.total === undefined ? null : `, ${duration(timings.total)}`}
        </summary>
        <p className="dp-message">
          {message} {errorCode === null ? null : <code className="dp-hint">{errorCode}</code>}
        </p>
        <ResentNote resent={attempt.resent} />
        <TimingsBar timings={timings} />
        <div className="dp-two">
          <section>
            <div className="dp-block-head">
              <h3>Request</h3>
              <CopyCurl text={curlCommand(attempt, inline)} />
            </div>
            <p className="dp-request-line">
              <span className="dp-verb">{attempt.method}</span> {attempt.url}
              {attempt.address === null ? null : <span className="dp-hint"> ({attempt.address})</span>}
            </p>
            <CodeBlock label="Headers" of={`request ${number}`} text={lines(attempt.requestHeaders)} />
            {attempt.method === 'GET' ? (
              <p className="dp-hint">The payload is in the URL’s parameters.</p>
            ) : (
              <Payload eventId={eventId} payload={payload} label="Body" of={`request ${number}`} />
            )}
          </section>
          <section>
            <div className="dp-block-head">
              <h3>Response</h3>
            </div>
            {status === null ? (
              <p className="dp-request-line">None came.</p>
            ) : (
              <Response attempt={attempt} status={status} />
            )}
          </section>
        </div>
      </details>
    </li>
  );
}

function Response({ attempt, status }: { attempt: AttemptView; status: number }): React.JSX.Element {
  const { number, responseHeaders, responseBody, responseBodyNote } = attempt;
  return (
    <>
      <p className="dp-request-line">HTTP {status}</p>
      <CodeBlock label="Headers" of={`response ${number}`} text={lines(responseHeaders ?? [])} />
      <CodeBlock label="Body" of={`response ${number}`} text={responseBody ?? ''} />
      {responseBodyNote === null ? null : <p className="dp-hint">{responseBodyNote}</p>}
    </>
  );
}

function ResentNote({ resent }: { resent: boolean }): React.JSX.Element | null {
  if (!resent) return null;
  return (
    <p className="dp-hint">
      Sent twice: the kept connection was closed before an answer began, so the request was sent again on a new one.
    </p>
  );
}

function CopyCurl({ text }: { text: string }): React.JSX.Element {
  return (
    <span className="dp-copy-curl" title="Secrets stay masked">
      <CopyButton text={text} label="Copy as curl" />
    </span>
  );
}

function lines(headers: AttemptView['requestHeaders']): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n');
}

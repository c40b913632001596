import type { ShowPropertyProps } from 'adminjs';
import React from 'react';
import type { AttemptView } from '../attempt-view.ts';
import { Time } from './date-time.tsx';

/** The requests made for a delivery in their order, the last one open. */
export function Attempts({ property, record }: ShowPropertyProps): React.JSX.Element {
  const text: unknown = record.params[property.path];
  const attempts = typeof text === 'string' ? (JSON.parse(text) as AttemptView[]) : [];
  if (attempts.length === 0) return <p>No request has been made yet.</p>;
  return (
    <section>
      <h2 className="dp-subtitle">Attempts</h2>
      {attempts.map((attempt, index) => (
        <Attempt key={attempt.number} attempt={attempt} open={index === attempts.length - 1} />
      ))}
    </section>
  );
}

function Attempt({ attempt, open }: { attempt: AttemptView; open: boolean }): React.JSX.Element {
  const { number, startedAt, request, status, totalMs, errorCode, message } = attempt;
  return (
    <details className="dp-card dp-attempt" open={open}>
      <summary>
        <strong className={errorCode === null ? 'dp-good' : 'dp-wrong'}>{status ?? 'no answer'}</strong> Attempt{' '}
        {number}, <Time iso={startedAt} />
        {totalMs === null ? null : `, ${Math.round(totalMs)} ms`}
      </summary>
      <p>{message}</p>
      <div className="dp-two">
        <div>
          <h3>Request</h3>
          <pre className="dp-pre dp-code">{[request, ...lines(attempt.requestHeaders)].join('\n')}</pre>
        </div>
        <div>
          <h3>Answer</h3>
          <pre className="dp-pre dp-code">{answerText(attempt)}</pre>
        </div>
      </div>
    </details>
  );
}

function answerText({ status, responseHeaders, responseBody, errorCode }: AttemptView): string {
  if (status === null) return `none (${errorCode ?? 'unknown'})`;
  return [`HTTP ${status}`, ...lines(responseHeaders ?? []), '', responseBody ?? ''].join('\n');
}

function lines(headers: AttemptView['requestHeaders']): string[] {
  return headers.map(([name, value]) => `${name}: ${value}`);
}

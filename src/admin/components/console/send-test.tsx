import React, { useState } from 'react';
import type { TestResult } from '../../console/views.ts';
import { duration } from '../format.ts';
import { postJson } from './console-api.ts';
import { useAction } from './use-action.ts';

/** Sends a test event now, past queue and ledger, and shows what went out and what came back. */
export function SendTest({ destinationId }: { destinationId: string }): React.JSX.Element {
  const [result, setResult] = useState<TestResult | null>(null);
  const { busy, run } = useAction();
  const send = (): void =>
    run(async () => {
      setResult(null);
      setResult(await postJson(`/destinations/${destinationId}/test`));
    });
  return (
    <section className="dp-card" aria-labelledby="dp-test">
      <div className="dp-head">
        <h2 id="dp-test">Test event</h2>
        <button type="button" className="dp-button" disabled={busy} onClick={send}>
          {busy ? 'Sending …' : 'Send test event'}
        </button>
      </div>
      <p className="dp-muted">Goes out at once, even when the destination is disabled. Nothing is kept or retried.</p>
      <div role="status">{result === null ? null : <Result result={result} />}</div>
    </section>
  );
}

function Result({
  result: { delivered, message, totalMs, request, answer },
}: {
  result: TestResult;
}): React.JSX.Element {
  return (
    <>
      <p className="dp-row-title">
        <span className={delivered ? 'dp-state dp-is-good' : 'dp-state dp-is-bad'}>
          {answer?.status ?? 'no answer'}
        </span>
        <span>{message}</span>
        {totalMs === null ? null : <span className="dp-muted">{duration(totalMs)}</span>}
      </p>
      <div className="dp-two">
        <div>
          <h3>Request</h3>
          <pre className="dp-pre dp-code">{textOf(request.line, request.headers, request.body)}</pre>
        </div>
        <div>
          <h3>Answer</h3>
          <pre className="dp-pre dp-code">
            {answer === null ? 'none' : textOf(`HTTP ${answer.status}`, answer.headers, answer.body)}
          </pre>
        </div>
      </div>
    </>
  );
}

function textOf(line: string, headers: TestResult['request']['headers'], body: string): string {
  const lines = [line, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return [...lines, ...(body === '' ? [] : ['', body])].join('\n');
}

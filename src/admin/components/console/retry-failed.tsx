import React, { useEffect, useRef, useState } from 'react';
import type { RetryProgress } from '../../console/views.ts';
import { count } from '../format.ts';
import { getJson, postJson } from './console-api.ts';
import { useAction } from './use-action.ts';

const LOOK_EVERY_MS = 1_000;

interface RetryFailedProps {
  readonly destinationId: string;
  readonly url: string;
  /** How many there seem to be. */
  readonly failed: number;
  /** Something was sent again: what is shown has changed. */
  readonly onChange: () => void;
}

/** Counts what has failed at a destination, asks, sends it again, and shows how far that is. */
export function RetryFailed({ destinationId, url, failed, onChange }: RetryFailedProps): React.JSX.Element {
  const [retry, setRetry] = useState<RetryProgress | null>(null);
  const { busy, run } = useAction();
  useProgress(retry, (progress) => {
    setRetry(progress);
    onChange();
  });
  const ask = (): void => run(async () => setRetry(await postJson(`/destinations/${destinationId}/retries`)));
  const start = (): void =>
    run(async () => {
      setRetry(await postJson(`/retries/${retry?.id ?? ''}/start`));
      onChange();
    });
  if (retry?.state === 'counted' && retry.total > 0) {
    return (
      <span className="dp-confirm" role="group" aria-label="Confirm">
        Send {count(retry.total)} failed {retry.total === 1 ? 'delivery' : 'deliveries'} again?
        <button type="button" className="dp-button dp-primary" disabled={busy} onClick={start}>
          Retry
        </button>
        <button type="button" className="dp-button" disabled={busy} onClick={() => setRetry(null)}>
          Cancel
        </button>
      </span>
    );
  }
  if (retry?.state === 'running') return <Progress retry={retry} />;
  return (
    <>
      {failed > 0 ? (
        <button
          type="button"
          className="dp-button"
          disabled={busy}
          onClick={ask}
          aria-label={`Retry all failed to ${url}`}
        >
          Retry all failed
        </button>
      ) : null}
      {retry ? <span role="status">{resultOf(retry)}</span> : null}
    </>
  );
}

/** Asks how far a running retry is, until it has ended. */
function useProgress(retry: RetryProgress | null, onProgress: (progress: RetryProgress) => void): void {
  const latest = useRef(onProgress);
  latest.current = onProgress;
  const runningId = retry?.state === 'running' ? retry.id : null;
  useEffect(() => {
    if (runningId === null) return undefined;
    let timer: number | undefined;
    let isOver = false;
    const lookLater = (): void => {
      if (!isOver) timer = window.setTimeout(look, LOOK_EVERY_MS);
    };
    // One that gets no answer is made up for by the next. No look begins before the one before it has ended.
    const look = (): void =>
      void getJson<RetryProgress>(`/retries/${runningId}`)
        .then(
          (progress) => (isOver ? undefined : latest.current(progress)),
          () => undefined,
        )
        .finally(lookLater);
    lookLater();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [runningId]);
}

function Progress({ retry: { total, done, skipped } }: { retry: RetryProgress }): React.JSX.Element {
  return (
    <span className="dp-confirm" role="status">
      <progress max={total} value={done + skipped} aria-label="Sent again" /> {count(done + skipped)} of {count(total)}
    </span>
  );
}

function resultOf({ state, total, done, skipped }: RetryProgress): string {
  if (total === 0) return 'Nothing has failed for good.';
  if (state !== 'finished') return `It is ${state}.`;
  const passedOver = skipped > 0 ? `, ${count(skipped)} passed over: their data is no longer kept` : '';
  return `${count(done)} sent again${passedOver}.`;
}

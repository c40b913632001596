import { useState } from 'react';
import { messageOf } from './panel-api.ts';

/** Runs what a button does: busy while it lasts, and what went wrong is told to `onError`. */
export function useBusy(onError: (message: string) => void): {
  busy: boolean;
  run: (work: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<void>): void => {
    setBusy(true);
    work()
      .catch((error: unknown) => onError(messageOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, run };
}

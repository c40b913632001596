import { useState } from 'react';
import { messageOf } from '../panel-api.ts';

export interface Act {
  readonly isBusy: boolean;
  readonly error: string | null;
  /** Runs what a button does; one at a time, its failure told. */
  readonly act: (work: () => Promise<void>) => void;
}

export function useAct(): Act {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const act = (work: () => Promise<void>): void => {
    setIsBusy(true);
    setError(null);
    work()
      .catch((failure: unknown) => setError(messageOf(failure)))
      .finally(() => setIsBusy(false));
  };
  return { isBusy, error, act };
}

import { useState } from 'react';
import { useBusy } from '../use-busy.ts';

export interface Act {
  readonly isBusy: boolean;
  readonly error: string | null;
  /** Runs what a button does; one at a time, its failure told. */
  readonly act: (work: () => Promise<void>) => void;
}

export function useAct(): Act {
  const [error, setError] = useState<string | null>(null);
  const { busy, run } = useBusy(setError);
  const act = (work: () => Promise<void>): void => {
    setError(null);
    run(work);
  };
  return { isBusy: busy, error, act };
}

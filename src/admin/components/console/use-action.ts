import { useNotice } from 'adminjs';
import { useState } from 'react';
import { messageOf } from '../panel-api.ts';

/** Runs what a button does: busy while it lasts, and what went wrong is told. */
export function useAction(): { busy: boolean; run: (work: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const addNotice = useNotice();
  const run = (work: () => Promise<void>): void => {
    setBusy(true);
    work()
      .catch((error: unknown) => addNotice({ message: messageOf(error), type: 'error' }))
      .finally(() => setBusy(false));
  };
  return { busy, run };
}

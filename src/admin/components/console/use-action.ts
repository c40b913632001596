import { useNotice } from 'adminjs';
import { useBusy } from '../use-busy.ts';

/** Runs what a button does: busy while it lasts, and what went wrong is told in a notice. */
export function useAction(): ReturnType<typeof useBusy> {
  const addNotice = useNotice();
  return useBusy((message) => addNotice({ message, type: 'error' }));
}

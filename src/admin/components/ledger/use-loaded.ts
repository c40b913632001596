import { useCallback, useEffect, useState } from 'react';
import { messageOf } from '../panel-api.ts';
import { getJson } from './ledger-api.ts';

export interface Loaded<T> {
  /** The last answer, of this path or of the one before while this one loads; null: none yet. */
  readonly data: T | null;
  readonly error: string | null;
  readonly isLoading: boolean;
  /** Asks again now. */
  readonly reload: () => void;
}

/**
 * What the service answers under `path()`, asked again every `refreshMs` while the page is looked at. `key` says when
 * it is another question.
 */
export function useLoaded<T>(key: string, path: () => string, refreshMs: number | null = null): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; error: string | null; key: string | null }>({
    data: null,
    error: null,
    key: null,
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    const controller = new AbortController();
    getJson<T>(path(), controller.signal).then(
      (data) => setState({ data, error: null, key }),
      (error: unknown) => {
        if (!controller.signal.aborted) setState((before) => ({ ...before, error: messageOf(error), key }));
      },
    );
    return () => controller.abort();
    // `path` is made anew with each drawing; `key` stands for it.
  }, [key, turn]);

  const isLoading = state.key !== key;
  useEffect(() => {
    if (refreshMs === null || isLoading) return undefined;
    const askWhenSeen = (): void => {
      if (document.hidden) document.addEventListener('visibilitychange', reload, { once: true });
      else reload();
    };
    const timer = setTimeout(askWhenSeen, refreshMs);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', reload);
    };
  }, [refreshMs, isLoading, state, reload]);

  return { data: state.data, error: state.error, isLoading, reload };
}

import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../panel-api.ts';
import { getJson } from './console-api.ts';

interface Live<T> {
  /** The latest answer; null before the first one. */
  readonly data: T | null;
  /** Why there is no newer one; null when the last answer is the latest. */
  readonly error: string | null;
  /** Asks again at once, as after a change. */
  readonly refresh: () => void;
}

/** Asks the server again and again, and not while nobody looks. */
export function useLive<T>(path: string, everyMs = 5_000): Live<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    const abort = new AbortController();
    let timer: number | undefined;
    let asked = 0;
    const load = async (): Promise<void> => {
      window.clearTimeout(timer);
      const number = ++asked;
      try {
        const answer = await getJson<T>(path, abort.signal);
        // What was asked later, as after a change, knows better.
        if (abort.signal.aborted || number !== asked) return;
        setData(answer);
        setError(null);
      } catch (failure) {
        if (abort.signal.aborted || number !== asked) return;
        setError(messageOf(failure));
      }
      if (!document.hidden) timer = window.setTimeout(() => void load(), everyMs);
    };
    const onVisibility = (): void => {
      if (document.hidden) window.clearTimeout(timer);
      else void load();
    };
    ask.current = () => void load();
    document.addEventListener('visibilitychange', onVisibility);
    void load();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [path, everyMs]);
  return { data, error, refresh: useCallback(() => ask.current(), []) };
}

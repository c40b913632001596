import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { PageView } from '../../ledger/views.ts';
import { addressOf, apiQuery, filtersOf, type Filters } from './filters.ts';
import { useLoaded, type Loaded } from './use-loaded.ts';

const LIVE_MS = 2_000;

export interface LedgerList<Row> extends Loaded<PageView<Row>> {
  readonly filters: Filters;
  /** New rows show up by themselves; only on the first page, where they are. */
  readonly isLive: boolean;
  readonly isFirstPage: boolean;
  readonly setLive: (isLive: boolean) => void;
  /** The address of another page, keeping the filters. */
  readonly pageUrl: (cursor: string | null) => string;
}

/** A list of the ledger by the address of the page. `isHeld`: it must not move just now. */
export function useLedgerList<Row>(path: string, kind: 'deliveries' | 'events', isHeld: boolean): LedgerList<Row> {
  const [parameters, setParameters] = useSearchParams();
  const filters = filtersOf(parameters);
  const cursor = parameters.get('cursor');
  const isFirstPage = cursor === null;
  const isLive = isFirstPage && parameters.get('live') !== 'off';
  const key = `${kind}?${new URLSearchParams(filters).toString()}&${cursor ?? ''}`;
  const ask = (): string => {
    const query = new URLSearchParams(apiQuery(filters, Date.now()));
    if (cursor !== null) query.set('cursor', cursor);
    return `/${kind}?${query.toString()}`;
  };
  const loaded = useLoaded<PageView<Row>>(key, ask, isLive && !isHeld ? LIVE_MS : null);
  const setLive = useCallback(
    (live: boolean) => {
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          if (live) after.delete('live');
          else after.set('live', 'off');
          if (live) after.delete('cursor');
          return after;
        },
        { replace: true },
      );
    },
    [setParameters],
  );
  const pageUrl = (to: string | null): string => addressOf(path, to === null ? filters : { ...filters, cursor: to });
  return { ...loaded, filters, isLive, isFirstPage, setLive, pageUrl };
}

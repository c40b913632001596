/** What a list of the ledger is filtered by: the parameters of the page's own address. */
export type Filters = Readonly<Record<string, string>>;

const HOUR_MS = 3_600_000;

/** Spans that count back from now, by the value in the address. */
export const SPANS: Readonly<Record<string, { readonly ms: number; readonly label: string }>> = {
  '15m': { ms: HOUR_MS / 4, label: 'last 15 minutes' },
  '1h': { ms: HOUR_MS, label: 'last hour' },
  '24h': { ms: 24 * HOUR_MS, label: 'last 24 hours' },
  '7d': { ms: 7 * 24 * HOUR_MS, label: 'last 7 days' },
};

export interface Preset {
  readonly label: string;
  readonly filters: Filters;
}

/** A list with what it can be filtered by, in the words of its API. */
export interface FilterKind {
  /** Its time is filtered by `<time>_after`, `<time>_before` and, counted back from now, `<time>_within`. */
  readonly time: string;
  readonly presets: readonly Preset[];
  /** What a preset decides; the other filters stay when one is taken. */
  readonly presetNames: readonly string[];
}

export const DELIVERY_KIND: FilterKind = {
  time: 'created',
  presetNames: ['state', 'unfinished', 'finished_within'],
  presets: [
    { label: 'All', filters: {} },
    { label: 'Failed, last hour', filters: { state: 'failed', finished_within: '1h' } },
    { label: 'Failed', filters: { state: 'failed' } },
    { label: 'Retrying', filters: { state: 'retrying' } },
    { label: 'Waiting', filters: { unfinished: 'true' } },
    { label: 'Held', filters: { state: 'held' } },
    { label: 'Delivered', filters: { state: 'delivered' } },
  ],
};

export const EVENT_KIND: FilterKind = {
  time: 'received',
  presetNames: ['received_within', 'received_after', 'received_before'],
  presets: [
    { label: 'All', filters: {} },
    { label: 'Last 15 minutes', filters: { received_within: '15m' } },
    { label: 'Last hour', filters: { received_within: '1h' } },
    { label: 'Last 24 hours', filters: { received_within: '24h' } },
  ],
};

/** Of the page's own business, and no filters. */
const OWN_NAMES = new Set(['cursor', 'live', 'operation']);

export function filtersOf(parameters: URLSearchParams): Filters {
  return Object.fromEntries([...parameters].filter(([name, value]) => !OWN_NAMES.has(name) && value !== ''));
}

/** The filters as the API takes them: what counts back from now becomes a time. */
export function apiQuery(filters: Filters, nowMs: number): Record<string, string> {
  const entries = Object.entries(filters).map(([name, value]) => {
    if (!name.endsWith('_within')) return [name, value] as const;
    const after = new Date(nowMs - (SPANS[value]?.ms ?? 0)).toISOString();
    return [name.replace(/_within$/, '_after'), after] as const;
  });
  return Object.fromEntries(entries);
}

export function isActive({ filters }: Preset, current: Filters, { presetNames }: FilterKind): boolean {
  return presetNames.every((name) => filters[name] === current[name]);
}

/** The filters with a preset in place of the one before. */
export function withPreset({ filters }: Preset, current: Filters, { presetNames }: FilterKind): Filters {
  const others = Object.entries(current).filter(([name]) => !presetNames.includes(name));
  return { ...Object.fromEntries(others), ...filters };
}

export function without(current: Filters, ...names: string[]): Filters {
  return Object.fromEntries(Object.entries(current).filter(([name]) => !names.includes(name)));
}

export function addressOf(path: string, filters: Filters): string {
  const query = new URLSearchParams(filters).toString();
  return query === '' ? path : `${path}?${query}`;
}

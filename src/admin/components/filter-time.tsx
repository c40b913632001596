import { FormGroup } from '@adminjs/design-system';
import { PropertyLabel, type FilterPropertyProps } from 'adminjs';
import React from 'react';

const PRESETS = [
  { label: '1 h', words: 'the last hour', ms: 3_600_000 },
  { label: '24 h', words: 'the last 24 hours', ms: 86_400_000 },
  { label: '7 d', words: 'the last 7 days', ms: 604_800_000 },
  { label: '30 d', words: 'the last 30 days', ms: 2_592_000_000 },
] as const;

/** A stretch of time: one click for the usual ones, or from and to in the reader's zone. */
export function FilterTime({ property, filter, onChange }: FilterPropertyProps): React.JSX.Element {
  const bound = (name: 'from' | 'to'): string => `${property.path}~~${name}`;
  const values = filter as Record<string, unknown> | undefined;
  const input = (name: 'from' | 'to', label: string): React.JSX.Element => (
    <label className="dp-time-bound">
      {label}
      <input
        type="datetime-local"
        value={toLocal(values?.[bound(name)])}
        onChange={(event) => onChange(bound(name), toIso(event.target.value))}
      />
    </label>
  );
  return (
    <FormGroup variant="filter">
      <PropertyLabel property={property} filter />
      <div className="dp-presets" role="group" aria-label={`${property.label}: presets`}>
        {PRESETS.map(({ label, words, ms }) => (
          <button
            key={label}
            type="button"
            className="dp-button"
            aria-label={words}
            onClick={() => onChange(bound('from'), new Date(Date.now() - ms).toISOString())}
          >
            {label}
          </button>
        ))}
      </div>
      {input('from', 'From')}
      {input('to', 'To')}
    </FormGroup>
  );
}

/** The form that the browser's input takes, in the reader's zone. */
function toLocal(iso: unknown): string {
  const date = new Date(typeof iso === 'string' ? iso : '');
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function toIso(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}

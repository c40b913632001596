import React, { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { FilterForm } from './filter-form.tsx';
import { addressOf, isActive, SPANS, without, withPreset, type FilterKind, type Filters } from './filters.ts';
import { STATE_WORDS } from './state-words.ts';

interface FilterBarProps {
  /** The address of the list without its filters. */
  readonly path: string;
  readonly kind: FilterKind;
  readonly filters: Filters;
}

/** Presets as links, so that each is an address of its own; all other filters below, and which of them hold. */
export function FilterBar({ path, kind, filters }: FilterBarProps): React.JSX.Element {
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  const inPreset = kind.presets.find((preset) => isActive(preset, filters, kind));
  const shown = Object.entries(filters).filter(([name]) => !(inPreset && kind.presetNames.includes(name)));
  return (
    <section aria-label="Filters" className="dp-filters">
      <nav aria-label="Presets" className="dp-filter-presets">
        {kind.presets.map((preset) => (
          <Link
            key={preset.label}
            to={addressOf(path, withPreset(preset, filters, kind))}
            {...(preset === inPreset && { 'aria-current': 'true' as const })}
          >
            {preset.label}
          </Link>
        ))}
        <button
          type="button"
          className="dp-button"
          aria-expanded={isOpen}
          aria-controls="dp-filter-form"
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? 'Fewer filters' : 'More filters'}
        </button>
      </nav>
      <div id="dp-filter-form">
        {isOpen ? (
          <FilterForm
            // A form of its own for each set of filters, or it would go on showing the one before.
            key={JSON.stringify(filters)}
            kind={kind}
            filters={filters}
            onApply={(changed) => navigate(addressOf(path, changed))}
          />
        ) : null}
      </div>
      {shown.length > 0 ? <Chips path={path} filters={filters} shown={shown} /> : null}
    </section>
  );
}

interface ChipsProps {
  readonly path: string;
  readonly filters: Filters;
  readonly shown: readonly (readonly [name: string, value: string])[];
}

/** The filters that hold, each with a link that is without it. */
function Chips({ path, filters, shown }: ChipsProps): React.JSX.Element {
  return (
    <ul className="dp-chips" aria-label="Filters in use">
      {shown.map(([name, value]) => (
        <li key={name}>
          {describe(name, value)}
          <Link to={addressOf(path, without(filters, name))} aria-label={`Remove the filter ${describe(name, value)}`}>
            ×
          </Link>
        </li>
      ))}
      <li className="dp-chip-clear">
        <Link to={path}>Clear all</Link>
      </li>
    </ul>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  account_id: 'account',
  destination_id: 'destination',
  event_id: 'event',
  event_type: 'type',
  external_id: 'sender’s ID',
  last_status: 'status',
  error_code: 'error',
  created_after: 'accepted from',
  created_before: 'accepted before',
  created_within: 'accepted in the',
  finished_after: 'finished from',
  finished_before: 'finished before',
  finished_within: 'finished in the',
  received_after: 'received from',
  received_before: 'received before',
  received_within: 'received in the',
};

function describe(name: string, value: string): string {
  if (name === 'unfinished') return value === 'true' ? 'not finished' : 'finished';
  const label = NAMES[name] ?? name;
  if (name === 'state') return `state ${STATE_WORDS[value as keyof typeof STATE_WORDS]?.label ?? value}`;
  if (name.endsWith('_within')) return `${label} ${SPANS[value]?.label ?? value}`;
  if (/_(?:after|before)$/.test(name)) return `${label} ${new Date(value).toLocaleString()}`;
  return `${label} ${value}`;
}

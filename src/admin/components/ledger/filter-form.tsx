import React, { useState } from 'react';
import { SPANS, type FilterKind, type Filters } from './filters.ts';
import { Picker } from './picker.tsx';
import { Button } from './pieces.tsx';
import { STATE_WORDS, STATES } from './state-words.ts';

interface FilterFormProps {
  readonly kind: FilterKind;
  readonly filters: Filters;
  readonly onApply: (filters: Filters) => void;
}

/** Every filter of a list as a field. */
export function FilterForm({ kind, filters, onApply }: FilterFormProps): React.JSX.Element {
  const [draft, setDraft] = useState(filters);
  const set = (name: string, value: string): void => {
    setDraft((before) => {
      const { [name]: _before, ...others } = before;
      return value === '' ? others : { ...others, [name]: value };
    });
  };
  const field = (name: string, label: string, more: Partial<FieldProps> = {}): React.JSX.Element => (
    <Field label={label} value={draft[name] ?? ''} onChange={(value) => set(name, value)} {...more} />
  );
  const ofAccount = draft['account_id'] === undefined ? '' : `?account_id=${draft['account_id']}`;
  return (
    <form
      className="dp-filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(draft);
      }}
    >
      <Picker
        label="Account"
        path="/choices/accounts"
        value={draft['account_id'] ?? ''}
        onChange={(id) => set('account_id', id)}
      />
      {kind.time === 'created' ? (
        <>
          <Picker
            label="Destination"
            path={`/choices/destinations${ofAccount}`}
            value={draft['destination_id'] ?? ''}
            onChange={(id) => set('destination_id', id)}
          />
          {field('state', 'State', { choices: STATES.map((state) => [state, STATE_WORDS[state].label]) })}
          {field('last_status', 'Status code', { inputMode: 'numeric', pattern: '\\d{3}', placeholder: 'any' })}
        </>
      ) : null}
      {field('event_type', 'Event type', { placeholder: 'any' })}
      {field('external_id', 'Sender’s ID', { placeholder: 'any' })}
      {field(`${kind.time}_within`, kind.time === 'created' ? 'Accepted' : 'Received', {
        choices: Object.entries(SPANS).map(([value, { label }]) => [value, `in the ${label}`]),
      })}
      {field(`${kind.time}_after`, 'From', { type: 'datetime-local' })}
      {field(`${kind.time}_before`, 'Until', { type: 'datetime-local' })}
      <div className="dp-buttons">
        <Button kind="main" type="submit">
          Apply
        </Button>
        <Button onClick={() => onApply({})}>Clear</Button>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly type?: 'datetime-local';
  readonly inputMode?: 'numeric';
  readonly pattern?: string;
  readonly placeholder?: string;
}

function Field({ label, value, onChange, choices, type, ...input }: FieldProps): React.JSX.Element {
  if (choices) {
    return (
      <label className="dp-field">
        <span>{label}</span>
        <select value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">any</option>
          {choices.map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      </label>
    );
  }
  const isTime = type === 'datetime-local';
  return (
    <label className="dp-field">
      <span>{label}</span>
      <input
        {...(type && { type })}
        value={isTime ? toLocal(value) : value}
        onChange={({ target }) => onChange(isTime ? toIso(target.value) : target.value)}
        {...input}
      />
    </label>
  );
}

/** In the reader's zone, as the field shows it; the address holds UTC. */
function toLocal(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function toIso(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

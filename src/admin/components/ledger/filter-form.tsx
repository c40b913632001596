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
  const isOfDeliveries = kind.time === 'created';
  const spans = Object.entries(SPANS).map(([value, { label }]) => [value, `in the ${label}`] as const);
  const field = { draft, set };
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
      {isOfDeliveries ? <DeliveryFields {...field} /> : null}
      <Field {...field} name="event_type" label="Event type" />
      <Field {...field} name="external_id" label="Sender’s ID" />
      <Field {...field} name={`${kind.time}_within`} label={isOfDeliveries ? 'Accepted' : 'Received'} choices={spans} />
      <Field {...field} name={`${kind.time}_after`} label="From" type="datetime-local" />
      <Field {...field} name={`${kind.time}_before`} label="Until" type="datetime-local" />
      <div className="dp-buttons">
        <Button kind="main" type="submit">
          Apply
        </Button>
        <Button onClick={() => onApply({})}>Clear</Button>
      </div>
    </form>
  );
}

interface DraftProps {
  readonly draft: Filters;
  readonly set: (name: string, value: string) => void;
}

function DeliveryFields({ draft, set }: DraftProps): React.JSX.Element {
  const account = draft['account_id'];
  const states = STATES.map((state) => [state, STATE_WORDS[state].label] as const);
  return (
    <>
      <Picker
        label="Destination"
        path={`/choices/destinations${account === undefined ? '' : `?account_id=${account}`}`}
        value={draft['destination_id'] ?? ''}
        onChange={(id) => set('destination_id', id)}
      />
      <Field draft={draft} set={set} name="state" label="State" choices={states} />
      <Field draft={draft} set={set} name="last_status" label="Status code" inputMode="numeric" pattern="[0-9]{3}" />
    </>
  );
}

interface FieldProps extends DraftProps {
  readonly name: string;
  readonly label: string;
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly type?: 'datetime-local';
  readonly inputMode?: 'numeric';
  readonly pattern?: string;
}

function Field({ draft, set, name, label, choices, type, ...input }: FieldProps): React.JSX.Element {
  const value = draft[name] ?? '';
  if (choices) {
    return (
      <label className="dp-filter-field">
        <span>{label}</span>
        <select value={value} onChange={({ target }) => set(name, target.value)}>
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
    <label className="dp-filter-field">
      <span>{label}</span>
      <input
        {...(type && { type })}
        placeholder="any"
        value={isTime ? toLocal(value) : value}
        onChange={({ target }) => set(name, isTime ? toIso(target.value) : target.value)}
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

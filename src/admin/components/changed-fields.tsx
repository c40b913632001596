import type { ShowPropertyProps } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import type { ChangeView } from '../change-view.ts';
import { DEED_WORDS, fieldWords, KIND_WORDS, linkToObject, valueWords } from './change-words.ts';

type Fields = ChangeView['fields'];

const SHOWN_NAMES = 2;

/** What changed of an object, field by field. */
export function ChangeTable({ fields }: { fields: Fields }): React.JSX.Element | null {
  if (fields.length === 0) return null;
  return (
    <table className="dp-table dp-changes">
      <thead>
        <tr>
          <th>Field</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{fieldWords(field)}</th>
            <td>{valueWords(before, field)}</td>
            <td>{valueWords(after, field)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same in a cell of a list: the names of the fields, all of it when one asks. */
export function ChangedFields({ record }: ShowPropertyProps): React.JSX.Element {
  const fields = JSON.parse(String(record.params['fields'])) as Fields;
  if (fields.length === 0) return <span>–</span>;
  return (
    <details>
      <summary>{namesOf(fields)}</summary>
      <ChangeTable fields={fields} />
    </details>
  );
}

function namesOf(fields: Fields): string {
  const names = fields.slice(0, SHOWN_NAMES).map(({ field }) => fieldWords(field));
  const more = fields.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

/** Of something new or gone all of it is told, but only to who asks. */
export function ChangeDetails({ change }: { change: ChangeView }): React.JSX.Element | null {
  const { action, fields } = change;
  if ((action !== 'create' && action !== 'delete') || fields.length === 0) return <ChangeTable fields={fields} />;
  return (
    <details>
      <summary>{action === 'create' ? 'What it was made with' : 'What it was'}</summary>
      <ChangeTable fields={fields} />
    </details>
  );
}

export function ChangeAction({ record }: ShowPropertyProps): React.JSX.Element {
  return <span>{DEED_WORDS[record.params['action'] as ChangeView['action']]}</span>;
}

export function ChangedObject({ record }: ShowPropertyProps): React.JSX.Element {
  const {
    object_kind: kind,
    object_id: id,
    object_name: name,
    action,
    actor_name: who,
  } = record.params as Record<string, string>;
  const objectKind = kind as ChangeView['objectKind'];
  const link = action === 'delete' ? null : linkToObject(objectKind, String(id));
  return (
    <span>
      <span className="dp-phone-only">
        {who} {DEED_WORDS[action as ChangeView['action']]}
      </span>
      {KIND_WORDS[objectKind]} {link === null ? name : <Link to={link}>{name}</Link>}
    </span>
  );
}

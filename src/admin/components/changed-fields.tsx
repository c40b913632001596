import type { ShowPropertyProps } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import type { ChangeView } from '../change-view.ts';
import { DEED_WORDS, fieldWords, KIND_WORDS, linkToObject, valueWords } from './change-words.ts';

type Fields = ChangeView['fields'];

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
            <td>{valueWords(before)}</td>
            <td>{valueWords(after)}</td>
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
      <summary>{fields.map(({ field }) => fieldWords(field)).join(', ')}</summary>
      <ChangeTable fields={fields} />
    </details>
  );
}

export function ChangeAction({ record }: ShowPropertyProps): React.JSX.Element {
  return <span>{DEED_WORDS[record.params['action'] as ChangeView['action']]}</span>;
}

export function ChangedObject({ record }: ShowPropertyProps): React.JSX.Element {
  const { object_kind: kind, object_id: id, object_name: name, action } = record.params as Record<string, string>;
  const objectKind = kind as ChangeView['objectKind'];
  const link = action === 'delete' ? null : linkToObject(objectKind, String(id));
  return (
    <span>
      {KIND_WORDS[objectKind]} {link === null ? name : <Link to={link}>{name}</Link>}
    </span>
  );
}

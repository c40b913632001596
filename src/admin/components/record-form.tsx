import { useRecord, type RecordJSON, type ResourceJSON } from 'adminjs';
import React, { useEffect, useRef, type FormEvent } from 'react';
import { EditFields, fieldsOf } from './edit-fields.tsx';
import { mayLeave } from './unsaved-changes.ts';

interface RecordFormProps {
  readonly resource: ResourceJSON;
  /** Null: a new one. */
  readonly record: RecordJSON | null;
  /** Fields that are not asked for, because the place says them. */
  readonly given?: Readonly<Record<string, string>>;
  readonly onSaved: (record: RecordJSON) => void;
  readonly onCancel: () => void;
}

/** The form of an object, wherever it is shown: its fields and their errors as on its own page. */
export function RecordForm({
  resource,
  record: initial,
  given = {},
  onSaved,
  onCancel,
}: RecordFormProps): React.JSX.Element {
  const actionName = initial === null ? 'new' : 'edit';
  const { record, handleChange, submit, loading } = useRecord(initial ?? undefined, resource.id);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const names = new Set(fieldsOf(resource, actionName).filter((name) => !(name in given)));
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void submit(given).then(({ data }) => {
      if (data.notice?.type === 'success') onSaved(data.record);
    });
  };
  return (
    <form
      ref={form}
      className="dp-record-form"
      data-css={`${resource.id}-${actionName}-form`}
      onSubmit={save}
      noValidate
    >
      <EditFields resource={resource} record={record} names={names} onChange={handleChange} />
      <div className="dp-buttons-row">
        <button type="submit" className="dp-button dp-primary" disabled={loading} data-testid="button-save">
          {loading ? 'Saving …' : 'Save'}
        </button>
        <button type="button" className="dp-button" onClick={() => mayLeave() && onCancel()}>
          Cancel
        </button>
      </div>
    </form>
  );
}

import React, { useId, type InputHTMLAttributes } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly wrong: string | undefined;
}

/** A field with its name above and what is wrong with it below. */
export function Field({ label, wrong, ...input }: FieldProps): React.JSX.Element {
  const id = useId();
  return (
    <div className="dp-field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
      />
      {wrong === undefined ? null : (
        <span id={`${id}-wrong`} className="dp-wrong" role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}

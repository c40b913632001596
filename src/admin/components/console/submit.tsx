import React from 'react';

interface SubmitProps {
  readonly label: string;
  readonly busy: boolean;
  /** What is wrong with none of the fields. */
  readonly error: string | null;
}

/** The end of a form. */
export function Submit({ label, busy, error }: SubmitProps): React.JSX.Element {
  return (
    <>
      <button type="submit" className="dp-button dp-primary" disabled={busy}>
        {label}
      </button>
      {error === null ? null : (
        <p className="dp-wrong" role="alert">
          {error}
        </p>
      )}
    </>
  );
}

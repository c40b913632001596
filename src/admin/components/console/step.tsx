import React from 'react';
import { CopyButton } from '../token-once.tsx';

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly done: boolean;
  /** Its turn has not come. */
  readonly isLater?: boolean;
  readonly children: React.ReactNode;
}

/** One of the first steps. */
export function Step({ number, title, done, isLater = false, children }: StepProps): React.JSX.Element {
  return (
    <li className={isLater ? 'dp-card dp-later' : 'dp-card'}>
      <h2>
        <span className={done ? 'dp-number dp-done' : 'dp-number'} aria-hidden="true">
          {done ? '✓' : number}
        </span>{' '}
        {title}
        {done ? <span className="dp-hidden"> (done)</span> : null}
      </h2>
      {children}
    </li>
  );
}

/** The same from a terminal. */
export function Curl({ curl, isOpen = false }: { curl: string; isOpen?: boolean }): React.JSX.Element {
  return (
    <details className="dp-details" open={isOpen}>
      <summary>With curl</summary>
      <pre className="dp-pre dp-code">{curl}</pre>
      <CopyButton text={curl} />
    </details>
  );
}

export function post(publicUrl: string, path: string, header: string, body: string): string {
  return [`curl ${publicUrl}${path}`, `-H "${header}"`, `-H 'Content-Type: application/json'`, `-d '${body}'`].join(
    ' \\\n  ',
  );
}

import React, { useState } from 'react';
import { indentJson } from '../../../common/indent-json.ts';
import { CopyButton } from '../token-once.tsx';

interface CodeBlockProps {
  readonly label: string;
  /** Of what it is, for who hears the page. */
  readonly of?: string;
  readonly text: string;
  readonly children?: React.ReactNode;
}

/** A text that others wrote: pretty where it is JSON, or as it is. Only ever shown as text. */
export function CodeBlock({ label, of, text, children }: CodeBlockProps): React.JSX.Element {
  const pretty = indentJson(text);
  const [isRaw, setIsRaw] = useState(false);
  const shown = isRaw || pretty === null ? text : pretty;
  return (
    <div className="dp-block">
      <div className="dp-block-head">
        <h4>{label}</h4>
        {pretty === null || pretty === text ? null : (
          <button type="button" className="dp-button" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
            {isRaw ? 'Pretty' : 'Raw'}
          </button>
        )}
        {children}
        <CopyButton text={shown} />
      </div>
      {/* Long ones scroll, so they must be reachable by keyboard. */}
      <pre className="dp-pre dp-code dp-tall" tabIndex={0} aria-label={of === undefined ? label : `${label} of ${of}`}>
        {shown === '' ? '(empty)' : shown}
      </pre>
    </div>
  );
}

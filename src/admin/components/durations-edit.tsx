import { FormGroup, FormMessage, Input } from '@adminjs/design-system';
import { PropertyLabel, type EditPropertyProps } from 'adminjs';
import React, { useState, type ChangeEvent } from 'react';
import { durationText, parseSchedule, scheduleText } from './durations.ts';

/** Edits a list of waits as people say them: `30s 5m 2h`. */
export function DurationsEdit({ property, record, onChange }: EditPropertyProps): React.JSX.Element {
  const [text, setText] = useState(() => scheduleText(String(record.params[property.path] ?? '')));
  const error = record.errors[property.path];
  const { seconds, wrong } = parseSchedule(text);
  const noteId = `${property.path}-note`;
  const change = (event: ChangeEvent<HTMLInputElement>): void => {
    setText(event.target.value);
    onChange(property.path, parseSchedule(event.target.value).stored);
  };
  return (
    <FormGroup error={Boolean(error) || wrong !== null}>
      <PropertyLabel property={property} />
      <Input
        id={property.path}
        value={text}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={noteId}
        aria-invalid={wrong !== null}
        onChange={change}
        {...property.props}
      />
      <p id={noteId} className={wrong === null ? 'dp-note' : 'dp-note dp-wrong'} aria-live="polite">
        {noteOf(seconds, wrong)}
      </p>
      <FormMessage>{error?.message}</FormMessage>
    </FormGroup>
  );
}

function noteOf(seconds: readonly number[], wrong: string | null): string {
  if (wrong !== null) return `“${wrong}” is no duration: write 30s, 5m, 2h, 1d or 1h30m.`;
  if (seconds.length === 0) return 'Write durations such as 30s 5m 2h, or none for no retries.';
  const total = seconds.reduce((sum, wait) => sum + wait, 0);
  const retries = seconds.length === 1 ? 'One retry' : `${seconds.length} retries`;
  return `${retries}; given up after about ${durationText(total)}.`;
}

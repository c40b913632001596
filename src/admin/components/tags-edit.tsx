import { FormGroup, FormMessage, Input } from '@adminjs/design-system';
import { PropertyLabel, type EditPropertyProps } from 'adminjs';
import React, { useState, type ChangeEvent, type ClipboardEvent, type KeyboardEvent } from 'react';

/** Edits a list of words, each a tag that can be taken away. The form holds them as lines of one text. */
export function TagsEdit({ property, record, onChange }: EditPropertyProps): React.JSX.Element {
  const [draft, setDraft] = useState('');
  const tags = String(record.params[property.path] ?? '')
    .split(/\r?\n/)
    .filter((tag) => tag !== '');
  const error = record.errors[property.path];
  const save = (changed: readonly string[]): void => onChange(property.path, [...new Set(changed)].join('\n'));
  const add = (text: string): void => {
    const added = text.split(/[\r\n\t]/).map((tag) => tag.trim());
    save([...tags, ...added.filter((tag) => tag !== '')]);
    setDraft('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && draft.trim() !== '') {
      // Not the whole form: the tag is not finished yet.
      event.preventDefault();
      add(draft);
    } else if (event.key === 'Backspace' && draft === '') save(tags.slice(0, -1));
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text');
    if (!/[\n\t]/.test(text)) return;
    event.preventDefault();
    add(text);
  };
  return (
    <FormGroup error={Boolean(error)}>
      <PropertyLabel property={property} />
      <Tags label={property.label} tags={tags} onChange={save} />
      <Input
        id={property.path}
        value={draft}
        autoComplete="off"
        spellCheck={false}
        onChange={(event: ChangeEvent<HTMLInputElement>) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={() => draft.trim() !== '' && add(draft)}
        {...property.props}
      />
      <p className="dp-note">Enter adds one.</p>
      <FormMessage>{error?.message}</FormMessage>
    </FormGroup>
  );
}

interface TagsProps {
  readonly label: string;
  readonly tags: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
}

function Tags({ label, tags, onChange }: TagsProps): React.JSX.Element {
  return (
    <ul className="dp-tags" aria-label={label}>
      {tags.map((tag) => (
        <li key={tag} className="dp-tag">
          {tag}
          <button
            type="button"
            aria-label={`Remove ${tag}`}
            onClick={() => onChange(tags.filter((other) => other !== tag))}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

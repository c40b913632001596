import React, { useEffect, useId, useState } from 'react';
import type { ChoiceView } from '../../ledger/views.ts';
import { getJson } from './panel-fetch.ts';

const TYPING_MS = 200;

interface PickerProps {
  readonly label: string;
  /** Where the choices are asked for; `search` is added. */
  readonly path: string;
  /** The id that is chosen; empty: none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Chooses one of many by typing part of its name: a combobox by the pattern of the ARIA guide. An id may be pasted. */
export function Picker({ label, path, value, onChange }: PickerProps): React.JSX.Element {
  const id = useId();
  const [text, setText] = useState(value);
  const [choices, setChoices] = useState<readonly ChoiceView[]>([]);
  const [active, setActive] = useState(-1);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => setText(value === '' ? '' : (known) => (known === '' ? value : known)), [value]);

  useEffect(() => {
    if (!isOpen) return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const separator = path.includes('?') ? '&' : '?';
      getJson<ChoiceView[]>(`${path}${separator}search=${encodeURIComponent(text)}`, controller.signal).then(
        (found) => setChoices(found),
        () => setChoices([]),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, path, isOpen]);

  const choose = (choice: ChoiceView | undefined): void => {
    if (!choice) return;
    setText(choice.label);
    onChange(choice.id);
    setIsOpen(false);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') setIsOpen(false);
    else if (event.key === 'Enter' && isOpen && active >= 0) {
      event.preventDefault();
      choose(choices[active]);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setIsOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((before) => Math.max(0, Math.min(choices.length - 1, before + step)));
    }
  };
  return (
    <div className="dp-field dp-picker">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={isOpen && choices.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(active >= 0 && isOpen && { 'aria-activedescendant': `${id}-${active}` })}
        autoComplete="off"
        placeholder="any"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setActive(-1);
          setIsOpen(true);
          onChange(/^[0-9a-f-]{36}$/i.test(target.value) ? target.value : '');
        }}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen || choices.length === 0}>
        {choices.map((choice, index) => (
          <li
            key={choice.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // Before the input loses the focus, which closes the list.
            onMouseDown={(event) => {
              event.preventDefault();
              choose(choice);
            }}
          >
            {choice.label}
          </li>
        ))}
      </ul>
    </div>
  );
}

import React, { useEffect, useId, useState } from 'react';
import type { ChoiceView } from '../../ledger/views.ts';
import { getJson } from './ledger-api.ts';

const TYPING_MS = 200;
const ID = /^[0-9a-f-]{36}$/i;

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
  const [active, setActive] = useState(-1);
  const [isOpen, setIsOpen] = useState(false);
  const choices = useChoices(path, text, isOpen);
  const choose = (choice: ChoiceView | undefined): void => {
    if (!choice) return;
    setText(choice.label);
    onChange(choice.id);
    setIsOpen(false);
  };
  const type = (typed: string): void => {
    setText(typed);
    setActive(-1);
    setIsOpen(true);
    onChange(ID.test(typed) ? typed : '');
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') setIsOpen(false);
    if (step !== undefined) {
      event.preventDefault();
      setIsOpen(true);
      setActive(Math.max(0, Math.min(choices.length - 1, active + step)));
    }
    if (event.key === 'Enter' && isOpen && choices[active]) {
      event.preventDefault();
      choose(choices[active]);
    }
  };
  const shown = isOpen ? choices : [];
  return (
    <div className="dp-filter-field dp-picker">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        {...combobox(id, shown.length > 0, shown[active] ? active : null)}
        placeholder="any"
        value={text}
        onChange={({ target }) => type(target.value)}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={onKeyDown}
      />
      <Choices id={id} label={label} choices={shown} active={active} onChoose={choose} />
    </div>
  );
}

function combobox(id: string, isOpen: boolean, active: number | null): React.InputHTMLAttributes<HTMLInputElement> {
  return {
    role: 'combobox',
    'aria-expanded': isOpen,
    'aria-controls': `${id}-list`,
    'aria-autocomplete': 'list',
    ...(active !== null && { 'aria-activedescendant': `${id}-${active}` }),
    autoComplete: 'off',
  };
}

interface ChoicesProps {
  readonly id: string;
  readonly label: string;
  readonly choices: readonly ChoiceView[];
  readonly active: number;
  readonly onChoose: (choice: ChoiceView) => void;
}

function Choices({ id, label, choices, active, onChoose }: ChoicesProps): React.JSX.Element {
  return (
    <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={choices.length === 0}>
      {choices.map((choice, index) => (
        <li
          key={choice.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          // Before the input loses the focus, which closes the list.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(choice);
          }}
        >
          {choice.label}
        </li>
      ))}
    </ul>
  );
}

/** What matches the text, asked for once typing pauses. */
function useChoices(path: string, text: string, isOpen: boolean): readonly ChoiceView[] {
  const [choices, setChoices] = useState<readonly ChoiceView[]>([]);
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
  return choices;
}

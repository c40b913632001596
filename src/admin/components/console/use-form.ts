import { useState, type ChangeEvent, type FormEvent } from 'react';
import { messageOf, PanelError } from '../panel-api.ts';

interface Form<Names extends string> {
  readonly values: Readonly<Record<Names, string>>;
  /** What is wrong with a field. */
  readonly wrong: (name: Names) => string | undefined;
  /** What is wrong with none of the fields. */
  readonly error: string | null;
  readonly busy: boolean;
  readonly change: (name: Names) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void;
  readonly submit: (event: FormEvent) => void;
}

/** A small form: its values, what the server says of them, and its sending. */
export function useForm<Names extends string>(
  initial: Record<Names, string>,
  send: (values: Readonly<Record<Names, string>>) => Promise<void>,
): Form<Names> {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<PanelError['errors']>({});
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    setError(null);
    send(values)
      .catch((failure: unknown) => {
        const fields = failure instanceof PanelError ? failure.errors : {};
        setErrors(fields);
        const isShown = Object.keys(fields).some((name) => String(name.split('.')[0]) in initial);
        if (!isShown) setError(messageOf(failure));
      })
      .finally(() => setBusy(false));
  };
  return {
    values,
    wrong: (name) => {
      const found = Object.entries(errors).find(([field]) => field.split('.')[0] === name);
      const text = found?.[1].join(', ');
      return text === undefined ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
    },
    error,
    busy,
    change: (name) => (event) => setValues((before) => ({ ...before, [name]: event.target.value })),
    submit,
  };
}

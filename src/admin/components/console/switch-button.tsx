import { useNotice } from 'adminjs';
import React from 'react';
import { postJson } from './console-api.ts';
import { useAction } from './use-action.ts';

interface SwitchButtonProps {
  readonly id: string;
  /** Named to who can't see beside what the button stands. */
  readonly url?: string;
  readonly enabled: boolean;
  readonly mayDisable: boolean;
  readonly onChange: () => void;
}

/** Enables a destination, or holds it back. */
export function SwitchButton({ id, url, enabled, mayDisable, onChange }: SwitchButtonProps): React.JSX.Element | null {
  const { busy, run } = useAction();
  const addNotice = useNotice();
  const word = enabled ? 'Disable' : 'Enable';
  const change = (): void =>
    run(async () => {
      await postJson(`/destinations/${id}/${enabled ? 'disable' : 'enable'}`);
      const message = enabled ? 'Disabled. What comes is held until it is enabled.' : 'Enabled. What was held goes on.';
      addNotice({ message, type: 'success' });
      onChange();
    });
  if (enabled && !mayDisable) return null;
  return (
    <button
      type="button"
      className={enabled ? 'dp-button' : 'dp-button dp-primary'}
      disabled={busy}
      onClick={change}
      aria-label={url === undefined ? word : `${word} ${url}`}
    >
      {word}
    </button>
  );
}

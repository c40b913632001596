import React, { useEffect, useRef, type ReactNode, type SyntheticEvent } from 'react';
import { mayLeave } from './unsaved-changes.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A panel over the page. The browser keeps the focus within it, and gives it back afterwards. */
export function Dialog({ title, onClose, children }: DialogProps): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (mayLeave()) onClose();
  };
  return (
    <dialog ref={dialog} className="dp-dialog dp-console" aria-labelledby="dp-dialog-title" onCancel={close}>
      <header className="dp-head">
        <h2 id="dp-dialog-title">{title}</h2>
        <button type="button" className="dp-button" onClick={close}>
          Close
        </button>
      </header>
      {children}
    </dialog>
  );
}

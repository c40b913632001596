import React, { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { FoundView } from '../../ledger/views.ts';
import { messageOf } from '../panel-api.ts';
import { getJson } from './ledger-api.ts';
import { Button } from './pieces.tsx';

/** One box for every id: of an event, a delivery, a destination, an account, or the sender's own. */
export function FindBox(): React.JSX.Element {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [told, setTold] = useState<string | null>(null);
  const find = (event: React.FormEvent): void => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted === '') return;
    getJson<FoundView>(`/find?text=${encodeURIComponent(wanted)}`).then(
      ({ path }) => {
        if (path === null) setTold(`Nothing here has the id “${wanted}”.`);
        else navigate(path);
      },
      (error: unknown) => setTold(messageOf(error)),
    );
  };
  return (
    <form className="dp-find" role="search" onSubmit={find}>
      <label htmlFor="dp-find">Find by ID</label>
      <input
        id="dp-find"
        type="search"
        placeholder="of an event, a delivery … or the sender’s own"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setTold(null);
        }}
      />
      <Button type="submit">Find</Button>
      <p role="status">{told}</p>
    </form>
  );
}

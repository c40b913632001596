import React, { useState } from 'react';
import { CopyButton } from '../token-once.tsx';
import { postJson } from './console-api.ts';
import { useAction } from './use-action.ts';

const OVERLAPS = [
  { seconds: 86_400, label: 'for one more day' },
  { seconds: 604_800, label: 'for one more week' },
  { seconds: 3_600, label: 'for one more hour' },
  { seconds: 0, label: 'not at all' },
];

/** Shows the secret that a receiver verifies signatures with, and makes a new one. */
export function SigningSecret({ destinationId }: { destinationId: string }): React.JSX.Element {
  const [secret, setSecret] = useState<string | null>(null);
  const [isRotating, setRotating] = useState(false);
  const { busy, run } = useAction();
  const path = `/destinations/${destinationId}/signing-secret`;
  const ask = (what: string, body: object): void =>
    run(async () => {
      setSecret((await postJson<{ secret: string }>(path + what, body)).secret);
      setRotating(false);
    });
  return (
    <section className="dp-card" aria-labelledby="dp-secret">
      <div className="dp-head">
        <h2 id="dp-secret">Signing secret</h2>
        <div className="dp-buttons-row">
          {secret === null ? (
            <button type="button" className="dp-button" disabled={busy} onClick={() => ask('', {})}>
              Reveal
            </button>
          ) : (
            <button type="button" className="dp-button" onClick={() => setSecret(null)}>
              Hide
            </button>
          )}
          <button type="button" className="dp-button" disabled={busy} onClick={() => setRotating(true)}>
            Rotate
          </button>
        </div>
      </div>
      <p className="dp-muted">
        Every request carries a Standard Webhooks signature; the receiver verifies it with this secret.
      </p>
      {isRotating ? (
        <Rotation busy={busy} onRotate={(body) => ask('/rotate', body)} onCancel={() => setRotating(false)} />
      ) : null}
      {secret === null ? (
        <code className="dp-pre">whsec_••••••••••••••••</code>
      ) : (
        <div className="dp-token">
          <code data-testid="signing-secret">{secret}</code>
          <CopyButton text={secret} />
        </div>
      )}
    </section>
  );
}

interface RotationProps {
  readonly busy: boolean;
  readonly onRotate: (body: { overlap_seconds: number }) => void;
  readonly onCancel: () => void;
}

function Rotation({ busy, onRotate, onCancel }: RotationProps): React.JSX.Element {
  const [overlap, setOverlap] = useState('86400');
  return (
    <div className="dp-form" role="group" aria-label="Rotate the signing secret">
      <div className="dp-field">
        <label htmlFor="dp-overlap">The old secret goes on signing, too,</label>
        <select id="dp-overlap" value={overlap} onChange={(event) => setOverlap(event.target.value)}>
          {OVERLAPS.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <button
        type="button"
        className="dp-button dp-primary"
        disabled={busy}
        onClick={() => onRotate({ overlap_seconds: Number(overlap) })}
      >
        Make a new secret
      </button>
      <button type="button" className="dp-button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

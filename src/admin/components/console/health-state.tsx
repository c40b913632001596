import React from 'react';
import type { HealthView } from '../../console/views.ts';
import { Time } from '../date-time.tsx';
import { ago } from '../format.ts';

interface State {
  readonly word: string;
  readonly kind: 'good' | 'bad' | 'waiting' | 'off';
}

/** How a destination is doing, in a word. */
function stateOf(enabled: boolean, health: HealthView): State {
  if (!enabled) return { word: 'disabled', kind: 'off' };
  if (health.probeAt !== null) return { word: 'down', kind: 'bad' };
  if (health.problem !== null) return { word: 'failing', kind: 'bad' };
  if (health.pausedUntil !== null) return { word: 'paused', kind: 'waiting' };
  return { word: 'healthy', kind: 'good' };
}

export function HealthBadge(props: { enabled: boolean; health: HealthView }): React.JSX.Element {
  const { word, kind } = stateOf(props.enabled, props.health);
  return <span className={`dp-state dp-is-${kind}`}>{word}</span>;
}

interface HealthWordsProps {
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly health: HealthView;
  readonly nowMs: number;
}

/** Why it is so, and what happens next. */
export function HealthWords({ enabled, disabledReason, health, nowMs }: HealthWordsProps): React.JSX.Element | null {
  const { problem, failures, failingSince, probeAt, pausedUntil, lastFailedAt } = health;
  const lines: React.ReactNode[] = [];
  if (!enabled) lines.push(`${disabledReason ?? 'Disabled'}. What is meant for it is held back.`);
  if (problem !== null) {
    lines.push(
      <>
        <strong className="dp-wrong">{problem}</strong>
        {lastFailedAt === null ? null : `, ${ago(lastFailedAt, nowMs)}`}
        {failures > 1 && failingSince !== null ? (
          <>
            {' '}
            ({failures.toLocaleString()} in a row since <Time iso={failingSince} />)
          </>
        ) : null}
      </>,
    );
  }
  if (enabled && probeAt !== null) {
    const next = Date.parse(probeAt) > nowMs ? ago(probeAt, nowMs) : 'with the next delivery';
    lines.push(
      `Circuit open: what waits is kept back, and tried again ${next}. To try now, retry a delivery or send a test event.`,
    );
  }
  if (enabled && pausedUntil !== null) {
    lines.push(
      <>
        It asked to be left alone until <Time iso={pausedUntil} />. To try now, retry a delivery or send a test event.
      </>,
    );
  }
  if (lines.length === 0) return null;
  return (
    <div className="dp-lines">
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- they have no other identity
        <p key={index}>{line}</p>
      ))}
    </div>
  );
}

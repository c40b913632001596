import React from 'react';
import type { TimingsView } from '../../attempt-view.ts';
import { duration } from '../format.ts';
import { phasesOf } from './timings.ts';

/** Where an attempt's time went, as one bar with a legend that says it in numbers. */
export function TimingsBar({ timings }: { timings: TimingsView }): React.JSX.Element | null {
  const phases = phasesOf(timings);
  if (phases.length === 0) return null;
  return (
    <div className="dp-timings">
      <svg className="dp-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {segmentsOf(phases.map(({ ms }) => ms)).map(({ x, width }, index) => (
          <rect
            key={phases[index]?.name}
            x={x}
            width={width}
            height="10"
            className={`dp-phase-${(phases[index]?.name ?? '').toLowerCase().replace(' ', '-')}`}
          />
        ))}
      </svg>
      <ul className="dp-timings-legend" aria-label="Timings">
        {phases.map(({ name, ms }) => (
          <li key={name}>
            <span className={`dp-dot dp-phase-${name.toLowerCase().replace(' ', '-')}`} /> {name} {duration(ms)}
          </li>
        ))}
        {timings.total === undefined ? null : <li>Total {duration(timings.total)}</li>}
      </ul>
    </div>
  );
}

/** In thousandths of the whole. An attribute and no style: the page's policy allows no inline styles. */
function segmentsOf(parts: readonly number[]): { x: number; width: number }[] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  let x = 0;
  return parts.map((part) => {
    const width = (part / total) * 1000;
    const segment = { x, width };
    x += width;
    return segment;
  });
}

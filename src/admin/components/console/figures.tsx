import React from 'react';
import { Link } from 'react-router-dom';

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  /** Where one sees which they are. */
  readonly to?: string;
  readonly tone?: 'bad' | 'good';
}

/** One number with its name. */
export function Figure({ label, value, note, to, tone }: FigureProps): React.JSX.Element {
  const inside = (
    <>
      <span className="dp-figure-label">{label}</span>
      <span className={tone === undefined ? 'dp-figure-value' : `dp-figure-value dp-${tone}-text`}>{value}</span>
      {note === undefined ? null : <span className="dp-figure-note">{note}</span>}
    </>
  );
  return to === undefined ? (
    <div className="dp-card dp-tile">{inside}</div>
  ) : (
    <Link to={to} className="dp-card dp-tile">
      {inside}
    </Link>
  );
}

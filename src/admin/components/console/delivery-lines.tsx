import React from 'react';
import { Link } from 'react-router-dom';
import type { DeliveryLine } from '../../console/views.ts';
import { Time } from '../date-time.tsx';

/** Deliveries a line each, each a click from its attempts. */
export function DeliveryLines({ lines }: { lines: readonly DeliveryLine[] }): React.JSX.Element {
  return (
    <ul className="dp-rows">
      {lines.map(({ id, state, httpMethod, url, problem, lastStatus, attempts, at }) => (
        <li key={id} className="dp-line">
          <span className={`dp-state dp-state-${state}`}>{state.replace('_', ' ')}</span>
          <Link to={`/admin/resources/deliveries/records/${id}/show`} title={url}>
            {httpMethod} {url}
          </Link>
          <span className={problem === null ? 'dp-muted' : ''}>
            {problem ?? (lastStatus === null ? '' : String(lastStatus))}
          </span>
          <span className="dp-muted">
            {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
          </span>
          <span className="dp-muted dp-line-time">
            <Time iso={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

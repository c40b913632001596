import React, { useEffect } from 'react';
import { Link } from 'react-router-dom';
import type { DeliveryState } from '../../ledger/views.ts';
import { STATE_WORDS } from './state-words.ts';

interface PageHeadProps {
  readonly title: string;
  /** Where this page belongs, from above. */
  readonly trail?: readonly { readonly label: string; readonly to: string }[];
  readonly children?: React.ReactNode;
}

/** The heading of a page with what can be done with all of it. */
export function PageHead({ title, trail = [], children }: PageHeadProps): React.JSX.Element {
  useEffect(() => {
    document.title = `${title} · Data Pusher`;
    return () => {
      document.title = 'Data Pusher';
    };
  }, [title]);
  return (
    <header className="dp-page-head">
      {trail.length > 0 ? (
        <nav aria-label="Breadcrumb" className="dp-trail">
          {trail.map(({ label, to }) => (
            <span key={to}>
              <Link to={to}>{label}</Link> /
            </span>
          ))}
        </nav>
      ) : null}
      <h1 className="dp-title">{title}</h1>
      <div className="dp-buttons">{children}</div>
    </header>
  );
}

const KINDS = { main: 'dp-primary', plain: '', danger: 'dp-danger' } as const;

type ButtonProps = React.ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly kind?: keyof typeof KINDS;
};

export function Button({ kind = 'plain', className = '', ...props }: ButtonProps): React.JSX.Element {
  return <button type="button" className={`dp-button ${KINDS[kind]} ${className}`} {...props} />;
}

export function StateBadge({ state }: { state: DeliveryState }): React.JSX.Element {
  return (
    <span className={`dp-state dp-state-${state}`} title={STATE_WORDS[state].means}>
      {STATE_WORDS[state].label}
    </span>
  );
}

export function ErrorBox({ text, onRetry }: { text: string; onRetry?: () => void }): React.JSX.Element {
  return (
    <div className="dp-notice dp-notice-bad" role="alert">
      <span>{text}</span>
      {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
    </div>
  );
}

export function Loading({ what }: { what: string }): React.JSX.Element {
  return (
    <p className="dp-empty" role="status">
      Loading {what} …
    </p>
  );
}

export function Empty({ children }: { children: React.ReactNode }): React.JSX.Element {
  return <div className="dp-empty">{children}</div>;
}

/** A term with what there is to say of it. */
export function Fact({ label, children }: { label: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function recordUrl(resource: string, id: string, action = 'show'): string {
  return `/admin/resources/${resource}/records/${id}/${action}`;
}

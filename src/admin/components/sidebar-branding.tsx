import React from 'react';
import { Link } from 'react-router-dom';

/** The product's mark and name, in the colours of the page; AdminJS takes one picture for both schemes. */
export function SidebarBranding(): React.JSX.Element {
  return (
    <Link to="/admin" className="dp-brand" data-css="sidebar-logo">
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M4 16h11m0 0 7-8m-7 8h7m-7 0 7 8" />
        <circle cx="6" cy="16" r="2.6" />
        <circle cx="24" cy="7.5" r="2.6" />
        <circle cx="25" cy="16" r="2.6" />
        <circle cx="24" cy="24.5" r="2.6" />
      </svg>
      Data Pusher
    </Link>
  );
}

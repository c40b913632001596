import { Icon } from '@adminjs/design-system';
import { useCurrentAdmin } from 'adminjs';
import React from 'react';
import { LoggedIn } from './logged-in.tsx';

const SCHEMES = { auto: 'Auto', light: 'Light', dark: 'Dark' } as const;

/** What stands above every page. AdminJS' own opens the menu by what no keyboard reaches. */
export function TopBar({ toggleSidebar }: { toggleSidebar: () => void }): React.JSX.Element {
  const [admin] = useCurrentAdmin();
  return (
    <header className="dp-top">
      <button type="button" className="dp-icon-button dp-menu-button" aria-label="Menu" onClick={toggleSidebar}>
        <Icon icon="Menu" size={24} />
      </button>
      <label className="dp-scheme" title="Auto: as the system has it">
        <span>Colours</span>
        <select
          value={document.documentElement.dataset['scheme'] ?? 'auto'}
          onChange={({ target }) => choose(target.value)}
        >
          {Object.entries(SCHEMES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {admin ? <LoggedIn session={{ email: admin.email, title: admin.title ?? '' }} /> : null}
    </header>
  );
}

/** The page begins anew: AdminJS computes with the colours of its theme, which it takes once. */
function choose(scheme: string): void {
  try {
    localStorage.setItem('data-pusher.scheme', scheme);
  } catch {
    return;
  }
  location.reload();
}

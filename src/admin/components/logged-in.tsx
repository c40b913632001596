import { Box, CurrentUserNav } from '@adminjs/design-system';
import React from 'react';

interface LoggedInProps {
  readonly session: { readonly email: string; readonly title?: string };
}

/** The menu of who is logged in. AdminJS' own logs out by a link, which any page could make one follow. */
export function LoggedIn({ session }: LoggedInProps): React.JSX.Element {
  return (
    <Box flexShrink={0}>
      <CurrentUserNav
        name={session.email}
        title={session.title ?? ''}
        dropActions={[
          { label: 'Change password', icon: 'Lock', href: '/admin/password' },
          { label: 'Log out', icon: 'LogOut', onClick: logOut },
        ]}
      />
    </Box>
  );
}

function logOut(event: { preventDefault(): void }): void {
  event.preventDefault();
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/admin/logout';
  document.body.append(form);
  form.submit();
}

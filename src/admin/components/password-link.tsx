import { Button, DrawerContent, Icon, Text } from '@adminjs/design-system';
import type { ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { Time } from './date-time.tsx';
import { CopyButton } from './token-once.tsx';
import { usePostedAction } from './use-posted-action.ts';

interface Link {
  readonly url: string;
  readonly expiresAt: string;
}

/** Makes the one-time link with which a user sets a password. */
export function PasswordLink(props: ActionProps): React.JSX.Element {
  const { record } = props;
  const [link, setLink] = useState<Link | null>(null);
  const { busy, post } = usePostedAction(props, 'No link was made: the service did not answer as expected.');
  const make = (): Promise<void> => post(undefined, (params) => setLink(linkOf(params)));

  return (
    <DrawerContent>
      {link ? (
        <>
          <Text mb="lg">
            Give this link to {record?.title}. It works once, until <Time iso={link.expiresAt} />.
          </Text>
          <div className="dp-token">
            <code data-testid="link">{link.url}</code>
            <CopyButton text={link.url} />
          </div>
        </>
      ) : (
        <>
          <Text mb="xl">
            With a one-time link {record?.title} sets a password and is logged in. A link made before stops working.
            Their present password goes on until then.
          </Text>
          <Button type="button" variant="contained" disabled={busy} onClick={() => void make()}>
            <Icon icon="Link" /> Make the link
          </Button>
        </>
      )}
    </DrawerContent>
  );
}

function linkOf(params: Record<string, unknown>): Link {
  return { url: String(params['password_link']), expiresAt: String(params['password_link_expires_at']) };
}

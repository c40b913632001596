import { Box, Button, DrawerContent, Icon, Label, Select, Text } from '@adminjs/design-system';
import type { ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { TokenOnce } from './token-once.tsx';
import { usePostedAction } from './use-posted-action.ts';

const OVERLAPS = [
  { value: 86_400, label: 'For one more day' },
  { value: 604_800, label: 'For one more week' },
  { value: 3600, label: 'For one more hour' },
  { value: 0, label: 'Not at all: end it now' },
];

/** Replaces an account's token and shows the new one, once. */
export function RotateToken(props: ActionProps): React.JSX.Element {
  const [overlap, setOverlap] = useState(OVERLAPS[0]);
  const [token, setToken] = useState<string | null>(null);
  const { busy, post } = usePostedAction(props, 'The token was not rotated: the service did not answer as expected.');
  const rotate = (): Promise<void> =>
    post({ overlap_seconds: overlap?.value }, (params) => setToken(String(params['app_secret_token'])));

  if (token !== null) {
    return (
      <DrawerContent>
        <Text mb="lg">The account has a new token.</Text>
        <TokenOnce token={token} />
      </DrawerContent>
    );
  }
  return (
    <DrawerContent>
      <Text mb="xl">The account gets a new app secret token. Whoever sends data needs it from then on.</Text>
      <Box maxWidth={420}>
        <Label>How long does the old token go on working?</Label>
        <Select isClearable={false} value={overlap} options={OVERLAPS} onChange={setOverlap} />
      </Box>
      <Button mt="xl" variant="contained" disabled={busy} onClick={() => void rotate()} data-testid="rotate">
        <Icon icon="RefreshCw" /> Rotate the token
      </Button>
    </DrawerContent>
  );
}

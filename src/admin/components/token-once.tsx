import { Box, Button, Icon, MessageBox } from '@adminjs/design-system';
import React, { useState } from 'react';

/** A secret that is shown this once, with a button to copy it. */
export function TokenOnce({ token, children }: { token: string; children?: React.ReactNode }): React.JSX.Element {
  return (
    <Box>
      <MessageBox variant="warning" message="Copy the token now" icon="AlertTriangle">
        It is stored hashed and will not be shown again.
      </MessageBox>
      <Box className="dp-token" mt="lg">
        <code data-testid="token">{token}</code>
        <CopyButton text={token} />
      </Box>
      {children}
    </Box>
  );
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    // Browsers give pages without https no clipboard, but for localhost: then one selects and copies by hand.
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Button type="button" variant="outlined" size="sm" onClick={copy} aria-live="polite">
      <Icon icon={copied ? 'Check' : 'Copy'} /> {copied ? 'Copied' : label}
    </Button>
  );
}

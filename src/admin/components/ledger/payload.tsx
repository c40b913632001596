import React from 'react';
import type { PayloadView } from '../../ledger/views.ts';
import { CodeBlock } from './code-block.tsx';
import { size } from '../format.ts';
import { downloadUrl } from './ledger-api.ts';
import { ErrorBox, Loading } from './pieces.tsx';
import type { Loaded } from './use-loaded.ts';

interface PayloadProps {
  readonly eventId: string;
  readonly payload: Loaded<PayloadView>;
  readonly label: string;
  readonly of?: string;
}

/** The payload of an event: its beginning where it is large, with the whole of it to download, byte for byte. */
export function Payload({ eventId, payload, label, of }: PayloadProps): React.JSX.Element {
  const { data, error, reload } = payload;
  if (error !== null && data === null) return <ErrorBox text={error} onRetry={reload} />;
  if (data === null) return <Loading what="the payload" />;
  const link = (
    <a href={downloadUrl(`/events/${eventId}/download`)} download>
      Download {size(data.size)}
    </a>
  );
  if (data.text === null) {
    return <p>The payload is not text. {link}</p>;
  }
  return (
    <>
      <CodeBlock label={label} {...(of !== undefined && { of })} text={data.text}>
        {link}
      </CodeBlock>
      {data.is_cut ? <p className="dp-hint">Only the beginning is shown. The download has all of it.</p> : null}
    </>
  );
}

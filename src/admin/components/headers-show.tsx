import { ValueGroup } from '@adminjs/design-system';
import { useTranslation, type ShowPropertyProps } from 'adminjs';
import React from 'react';
import { parseRows } from './header-rows.ts';

/** Headers as they go over the wire, secret values masked. */
export function HeadersShow({ property, record }: ShowPropertyProps): React.JSX.Element {
  const { translateProperty } = useTranslation();
  const lines = parseRows(record.params[property.path]).map(([name, value]) => `${name}: ${value}`);
  return (
    <ValueGroup label={translateProperty(property.label, property.resourceId)}>
      <pre className="dp-pre">{lines.length > 0 ? lines.join('\n') : '–'}</pre>
    </ValueGroup>
  );
}

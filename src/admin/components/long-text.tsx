import { ValueGroup } from '@adminjs/design-system';
import { useTranslation, type ShowPropertyProps } from 'adminjs';
import React from 'react';

/** A text of many lines as it is. */
export function LongText({ property, record }: ShowPropertyProps): React.JSX.Element {
  const { translateProperty } = useTranslation();
  const value: unknown = record.params[property.path];
  return (
    <ValueGroup label={translateProperty(property.label, property.resourceId)}>
      <pre className="dp-pre dp-code">{typeof value === 'string' && value !== '' ? value : '–'}</pre>
    </ValueGroup>
  );
}

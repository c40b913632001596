import { ValueGroup } from '@adminjs/design-system';
import { useTranslation, type ShowPropertyProps } from 'adminjs';
import React from 'react';

/** AdminJS passes the place, too; its type leaves that out. */
type DeliveryStateProps = ShowPropertyProps & { readonly where: string };

/** The state of a delivery in its colour: good, bad, or waiting. */
export function DeliveryState({ property, record, where }: DeliveryStateProps): React.JSX.Element {
  const { translateProperty } = useTranslation();
  const state = String(record.params[property.path]);
  const badge = <span className={`dp-state dp-state-${state}`}>{state.replace('_', ' ')}</span>;
  if (where === 'list') return badge;
  return <ValueGroup label={translateProperty(property.label, property.resourceId)}>{badge}</ValueGroup>;
}

import { ValueGroup } from '@adminjs/design-system';
import { useTranslation, type ShowPropertyProps } from 'adminjs';
import React from 'react';

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** AdminJS passes the place, too; its type leaves that out. */
type DateTimeProps = ShowPropertyProps & { readonly where: string };

/** A point in time in the reader's zone, with UTC on hover. */
export function DateTime({ property, record, where }: DateTimeProps): React.JSX.Element {
  const { translateProperty } = useTranslation();
  const value: unknown = record.params[property.path];
  const time = typeof value === 'string' && value !== '' ? <Time iso={value} /> : <span>–</span>;
  if (where === 'list') return time;
  return <ValueGroup label={translateProperty(property.label, property.resourceId)}>{time}</ValueGroup>;
}

export function Time({ iso }: { iso: string }): React.JSX.Element {
  const date = new Date(iso);
  return (
    <time dateTime={iso} title={`${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`}>
      {FORMAT.format(date)}
    </time>
  );
}

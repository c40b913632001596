import { ValueGroup } from '@adminjs/design-system';
import { useTranslation, type ShowPropertyProps } from 'adminjs';
import React from 'react';

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const TODAY = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const THIS_YEAR = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

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

/** `isShort`: for a row of many, without what it has in common with now. */
export function Time({ iso, isShort = false }: { iso: string; isShort?: boolean }): React.JSX.Element {
  const date = new Date(iso);
  const format = isShort ? shortFormat(date) : FORMAT;
  return (
    <time dateTime={iso} title={`${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`}>
      {format.format(date)}
    </time>
  );
}

function shortFormat(date: Date): Intl.DateTimeFormat {
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return TODAY;
  return date.getFullYear() === now.getFullYear() ? THIS_YEAR : FORMAT;
}

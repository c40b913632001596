import { Box, Button, FormGroup, FormMessage, Icon, Input } from '@adminjs/design-system';
import { PropertyLabel, type EditPropertyProps } from 'adminjs';
import React, { type ChangeEvent, type FocusEvent } from 'react';
import { changeRow, MASK, parseRows, removeRow, type HeaderRow } from './header-rows.ts';

/** Edits the headers of a destination: one row a value. Secret values are masked and kept when not touched. */
export function HeadersEdit({ property, record, onChange }: EditPropertyProps): React.JSX.Element {
  const saved = parseRows(record.params[property.path]);
  const rows: HeaderRow[] = saved.length > 0 ? saved : [['', '']];
  const error = record.errors[property.path];
  const save = (changed: HeaderRow[]): void => onChange(property.path, JSON.stringify(changed));
  return (
    <FormGroup error={Boolean(error)}>
      <PropertyLabel property={property} />
      {rows.map((row, index) => (
        <Row
          // oxlint-disable-next-line react/no-array-index-key -- a row has no identity but its position
          key={index}
          row={row}
          number={index + 1}
          onChange={(change) => save(changeRow(rows, index, change))}
          onRemove={() => save(removeRow(rows, index))}
        />
      ))}
      <Box>
        <Button type="button" variant="outlined" size="sm" onClick={() => save([...rows, ['', '']])}>
          <Icon icon="Plus" /> Add a header
        </Button>
      </Box>
      <p className="dp-note">
        Several rows with one name send it several times. {MASK} stands for a stored secret: leave it to keep it.
      </p>
      <FormMessage>{error?.message}</FormMessage>
    </FormGroup>
  );
}

interface RowProps {
  readonly row: HeaderRow;
  readonly number: number;
  readonly onChange: (change: { name?: string; value?: string }) => void;
  readonly onRemove: () => void;
}

function Row({ row: [name, value], number, onChange, onRemove }: RowProps): React.JSX.Element {
  return (
    <Box className="dp-header-row">
      <Input
        value={name}
        placeholder="X-Api-Key"
        aria-label={`Name of header ${number}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event: ChangeEvent<HTMLInputElement>) => onChange({ name: event.target.value })}
      />
      <Input
        value={value}
        placeholder="value"
        aria-label={`Value of header ${number}`}
        autoComplete="off"
        spellCheck={false}
        onFocus={(event: FocusEvent<HTMLInputElement>) => value === MASK && event.target.select()}
        onChange={(event: ChangeEvent<HTMLInputElement>) => onChange({ value: event.target.value })}
      />
      <Button
        type="button"
        variant="text"
        color="danger"
        size="icon"
        aria-label={`Remove header ${number}`}
        onClick={onRemove}
      >
        <Icon icon="Trash2" />
      </Button>
    </Box>
  );
}

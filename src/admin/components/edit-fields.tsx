import { BasePropertyComponent, type RecordJSON, type ResourceJSON } from 'adminjs';
import React from 'react';

interface EditFieldsProps {
  readonly resource: ResourceJSON;
  readonly record: RecordJSON;
  /** Names of the fields that are shown. */
  readonly names: ReadonlySet<string>;
  readonly onChange: React.ComponentProps<typeof BasePropertyComponent>['onChange'];
}

/** The fields of a form, each with its label, its help and what is wrong with it. */
export function EditFields({ resource, record, names, onChange }: EditFieldsProps): React.JSX.Element {
  return (
    <>
      {resource.editProperties
        .filter(({ name }) => names.has(name))
        .map((property) => (
          <BasePropertyComponent
            key={property.propertyPath}
            where="edit"
            onChange={onChange}
            property={property}
            resource={resource}
            record={record}
          />
        ))}
    </>
  );
}

/** The fields that an action's form shows, as the server says. */
export function fieldsOf(resource: ResourceJSON, actionName: string): readonly string[] {
  const action = resource.actions.find(({ name }) => name === actionName);
  return action?.layout?.flatMap(({ properties }) => properties.map(String)) ?? [];
}

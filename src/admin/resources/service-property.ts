import { BaseProperty } from 'adminjs';
import type { FieldDescription, ResourceDescription } from './description.js';

/** A described field, as AdminJS asks about it. */
export class ServiceProperty extends BaseProperty {
  constructor(
    private readonly field: FieldDescription,
    private readonly isTitleField: boolean,
    isId: boolean,
    position: number,
  ) {
    super({
      path: field.name,
      type: field.reference === undefined ? (field.type ?? 'string') : 'reference',
      isId,
      isSortable: field.sortable ?? false,
      position,
    });
  }

  override isTitle(): boolean {
    return this.isTitleField;
  }

  override isVisible(): boolean {
    return true;
  }

  override isEditable(): boolean {
    return this.field.on.includes('new') || this.field.on.includes('edit');
  }

  override isRequired(): boolean {
    return this.field.required ?? false;
  }

  override reference(): string | null {
    return this.field.reference ?? null;
  }

  override availableValues(): string[] | null {
    return this.field.values ? [...this.field.values] : null;
  }
}

export function propertiesOf({ fields, idField, titleField }: ResourceDescription): ServiceProperty[] {
  return fields.map(
    (field, index) => new ServiceProperty(field, field.name === titleField, field.name === idField, index),
  );
}

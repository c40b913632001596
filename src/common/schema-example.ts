/** A JSON Schema, as far as ours go. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** An example put together from those of a schema's members; undefined where there is none. */
export function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): unknown {
  const { $ref, properties, items, allOf, anyOf } = schema;
  if (schema.example !== undefined) return schema.example;
  if ($ref !== undefined) {
    const target = schemas[$ref.split('/').at(-1) ?? ''];
    return target && exampleOf(target, schemas);
  }
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const [part] = allOf ?? anyOf ?? [];
  if (part) return exampleOf(part, schemas);
  if (items) {
    const item = exampleOf(items, schemas);
    return item === undefined ? [] : [item];
  }
  if (!properties) return undefined;
  const members = Object.entries(properties).map(([name, member]) => [name, exampleOf(member, schemas)] as const);
  return Object.fromEntries(members.filter(([, example]) => example !== undefined));
}

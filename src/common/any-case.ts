/**
 * SQL for a text by which others are found whatever their case. `lower` follows the database's locale, and in some
 * (Turkish, Azeri) the letter `I` does not become `i`: so ASCII is lowered by itself first. Unique indexes are made of this
 * very expression.
 */
export function anyCase(expression: string): string {
  return `lower(lower(${expression} COLLATE "C") COLLATE "default")`;
}

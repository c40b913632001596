/** Markup that may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped, unless they are markup themselves; `null` and `false` leave nothing. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | null | false)[]): Html {
  const rendered = values.map((value, index) => render(value) + (parts[index + 1] ?? ''));
  return new Html((parts[0] ?? '') + rendered.join(''));
}

function render(value: string | Html | null | false): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === false) return '';
  return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** JSON that may stand in a script element of a page: nothing in it can end that element or open a comment in it. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

const LEVEL_COLOURS: Readonly<Record<string, string>> = {
  warn: '\u001B[33m',
  error: '\u001B[31m',
  fatal: '\u001B[31m',
};
const DIM = '\u001B[2m';
const RESET = '\u001B[0m';
const LEFT_OUT = new Set(['level', 'time', 'pid', 'msg', 'err', 'context']);

/** One JSON line of the log as a person at a terminal likes to read it; a line that is no JSON as it is. */
export function humanLine(json: string): string {
  const line = parse(json);
  if (!line) return json;
  const { level, time, msg, err } = line;
  const colour = LEVEL_COLOURS[String(level)] ?? '';
  const details = Object.entries(line)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => `${name}=${printable(typeof value === 'string' ? value : JSON.stringify(value))}`);
  const said = [msg, errorText(err)].filter(Boolean).join(': ');
  const text = `${colour}${printable(said, '\n\t')}${colour && RESET}`;
  const parts = [
    `${DIM}${String(time).slice(11, 19)}${RESET}`,
    text,
    details.length > 0 && `${DIM}${details.join(' ')}${RESET}`,
  ];
  return `${parts.filter(Boolean).join(' ')}\n`;
}

/** What others wrote must not steer the terminal: control characters but those in `kept` are shown as they are named. */
function printable(text: string, kept = ''): string {
  return text.replaceAll(/\p{Cc}/gu, (char) =>
    kept.includes(char) ? char : `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

function parse(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { message, stack } = { message: '', stack: '', ...error };
  return stack || message;
}

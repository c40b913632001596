import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/config/variables.js';
import { DELIVERY_STATES } from '../../src/delivery/ledger/find-deliveries.js';
import { judge } from '../../src/delivery/push/judge.js';
import { failedOutcome, type FailureCode } from '../../src/delivery/push/outcome.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The members of a union of strings, from its source: types are gone when this runs. */
function unionMembers(source: string, name: string): string[] {
  const [, body = ''] = new RegExp(`export type ${name} =([^;]+);`).exec(source) ?? [];
  return [...body.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
}

/** The cells of the row that begins with `code`. */
function row(document: string, code: string): string[] {
  const line = document.split('\n').find((candidate) => candidate.startsWith(`| \`${code}\` |`)) ?? '';
  return line.split('|').map((cell) => cell.trim());
}

describe('docs/deliveries.md', () => {
  const document = read('docs/deliveries.md');
  const source = read('src/delivery/push/outcome.ts');
  const failures = unionMembers(source, 'FailureCode');
  const answers = unionMembers(source, 'AnswerCode');

  it('explains every state', () => {
    for (const state of DELIVERY_STATES) expect(row(document, state).length, state).toBeGreaterThan(1);
  });

  it('explains every error code, with what it leads to', () => {
    expect(failures).toContain('connection_refused');
    expect(answers).toContain('gone');
    for (const code of [...failures, ...answers]) expect(row(document, code).length, code).toBe(8);
    for (const code of failures) {
      const { retry, countsAgainstCircuit, countsAsFailing } = judge(failedOutcome(code as FailureCode, ''));
      const yesNo = (value: boolean) => (value ? 'yes' : 'no');
      const expected = [yesNo(retry === 'schedule'), yesNo(countsAgainstCircuit), yesNo(countsAsFailing)];
      expect(row(document, code).slice(4, 7), code).toEqual(expected);
    }
  });
});

describe('README.md', () => {
  it('names every variable with its flag', () => {
    const readme = read('README.md');
    for (const { name, flag, secret } of VARIABLES) {
      expect(readme).toMatch(new RegExp(`\`${name}\`${secret ? ' \\*' : ''}[^\n]*\`--${flag}\``));
    }
  });
});

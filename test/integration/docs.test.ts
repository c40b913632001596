import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/config/variables.js';
import { DELIVERY_STATES } from '../../src/delivery/ledger/find-deliveries.js';
import { judge } from '../../src/delivery/push/judge.js';
import { failedOutcome, type FailureCode } from '../../src/delivery/push/outcome.js';
import { ITEMS } from '../attacks/attack.js';
import { attacksPage } from '../attacks/page.js';
import { ATTACKS } from '../attacks/table.js';

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

describe('the command `npx data-pusher`', () => {
  it('may be executed as it is checked out: npx sees to that only the first time it runs in a folder', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
    const files = Object.values(bin).map((file) => new URL(`../../${file}`, import.meta.url));
    expect(files).toHaveLength(1);
    for (const file of files) expect(statSync(file).mode & 0o111).toBe(0o111);
  });
});

describe('SECURITY.md', () => {
  const document = read('SECURITY.md');
  const quoted = [...document.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  const TEST = /`(?:src|test)\/[^`]+\.(?:test|spec|e2e)\.ts`/;
  /** Rows of the tables whose last column is what shows the row. */
  const claims = document
    .split(/^#+ /m)
    .filter((section) => section.includes('| shown by |'))
    .flatMap((section) => section.split('\n').filter((line) => line.startsWith('|')))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = '', , last]) => last !== 'shown by' && first !== '---');

  it('names no file that is not there', () => {
    const files = quoted.filter((text) => /^(?:src|test|docs|deploy|scripts)\//.test(text));
    const links = [...document.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(50);
    for (const path of [...files, ...links]) {
      expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
    }
  });

  it('names no setting that is not there', () => {
    const settings = quoted.filter((text) => /^[A-Z]+(?:_[A-Z]+)+$/.test(text));
    expect(settings).toContain('ALLOWED_PRIVATE_NETWORKS');
    const known = new Set([...VARIABLES.map(({ name }) => name), 'NAME_FILE']);
    for (const name of settings) expect(known, name).toContain(name);
  });

  it('shows every claim by a test, or says that none does', () => {
    expect(claims.length).toBeGreaterThan(100);
    for (const [what = '', , shownBy = ''] of claims) {
      expect(TEST.test(shownBy) || /^not (?:met|shown)$|no test|not shown by a test/.test(shownBy), what).toBe(true);
    }
  });

  it('covers all ten risks of APIs, and no requirement twice', () => {
    const risks = claims.flatMap(([what = '']) => /^API\d+ /.exec(what)?.[0].trim() ?? []);
    expect(risks).toEqual(Array.from({ length: 10 }, (_, index) => `API${index + 1}`));
    const numbers = claims.flatMap(([what = '']) => what.match(/\d+\.\d+\.\d+/g) ?? []);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });
});

describe('docs/attacks.md', () => {
  it('tells of the attacks that are tried', async () => {
    await expect(attacksPage(ATTACKS)).toMatchFileSnapshot('../../docs/attacks.md');
  });

  it('has three attacks or more of each kind, each by a name of its own', () => {
    for (const item of ITEMS) {
      expect(ATTACKS.filter((attack) => attack.item === item).length, item).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length);
  });

  it('names no file that is not there', () => {
    const files = [...read('docs/attacks.md').matchAll(/`((?:src|test)\/[^`]+)`/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(30);
    for (const path of files) expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEM_HELP } from './problem-help.js';
import { problemPage } from './problem-page.js';
import { PROBLEMS, type ProblemCode } from './problem.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const DOCUMENT = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');

/** How a code stands in docs/problems.md. */
function section(code: ProblemCode): string {
  const { status, title } = PROBLEMS[code];
  const { means, remedy } = PROBLEM_HELP[code];
  return `## ${code}\n\n${status} · ${title}\n\n${means}\n\n*What to do.* ${remedy}\n`;
}

describe('what a problem means', () => {
  it.each(CODES)('%s stands in docs/problems.md as the service says it', (code) => {
    expect(DOCUMENT, `docs/problems.md needs:\n\n${section(code)}`).toContain(section(code));
  });

  it('docs/problems.md has no other codes, and the order of the table', () => {
    const codes = [...DOCUMENT.matchAll(/^## (\S+)$/gm)].map((match) => match[1]);
    expect(codes).toEqual(CODES);
  });

  it.each(CODES)('%s has a page that loads nothing and escapes what it shows', (code) => {
    const page = problemPage(code);
    expect(page).toContain(`<code>${code}</code>`);
    expect(page).not.toMatch(/<(script|link|img)|`/);
  });
});

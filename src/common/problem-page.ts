import { PROBLEM_HELP } from './problem-help.js';
import { PROBLEMS, type ProblemCode } from './problem.js';

/** The page that says what a problem means: what its `type` leads to in a browser. Loads nothing. */
export function problemPage(code: ProblemCode): string {
  const { status, title } = PROBLEMS[code];
  const { means, remedy } = PROBLEM_HELP[code];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html(title)} (${code})</title>
<style>
body { max-width: 42rem; margin: 4rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }
code { font: 0.9em ui-monospace, monospace; padding: 0.1em 0.3em; border-radius: 4px; background: rgb(127 127 127 / 15%) }
</style>
</head>
<body>
<p><code>${code}</code> · HTTP status ${status}</p>
<h1>${html(title)}</h1>
<p>${html(means)}</p>
<h2>What to do</h2>
<p>${html(remedy)}</p>
<p><a href="/docs/">API docs</a></p>
</body>
</html>
`;
}

/** Text as HTML, with what stands between backticks as code. */
function html(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replace(/`([^`]+)`/g, '<code>$1</code>');
}

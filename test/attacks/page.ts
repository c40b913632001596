import { type Attack, type Guard, type Item, ITEMS, type Seen } from './attack.js';

const HEAD = `# Attacks

[SECURITY.md](../SECURITY.md) says what answers which threat. Here is shown that each guard is what stops its attack. Every attack is made on the product as it is built, by HTTP and over a PostgreSQL database of its own; and on a copy of
the build from which its guard was taken out, by an edit of a few words. There it works. \`test/e2e/attacks.e2e.ts\` does both in each run of CI, and what it observes must be what stands here. An edit that no longer fits fails it, so that no guard moves away unseen.

Where several guards are named, each stops the attack alone: both must be gone for it to work, and it is stopped with either of them back.

The attacks and the edits are in \`test/attacks/\`. This page is made from them, by \`npx vitest run --project integration test/integration/docs.test.ts -u\`, and compared with them by that test.
`;

const TAIL = `## Not here

- Compressed bodies: nothing here unpacks any, so that a bomb does no harm even where it is not refused (\`test/e2e/hostile-requests.e2e.ts\`).
- Names like \`__proto__\` in forms of the panel: refused, and passed over by AdminJS (\`test/e2e/admin-panel.test.ts\`). In payloads they are names like others (\`test/e2e/hostile-requests.e2e.ts\`).
- The content security policy: it takes a browser (\`test/browser/admin.test.ts\`, \`test/e2e/admin-panel.test.ts\`).
`;

/** The text of docs/attacks.md. */
export function attacksPage(attacks: readonly Attack[]): string {
  const sections = ITEMS.map((item) => section(item, attacks));
  return [HEAD, ...sections, TAIL].join('\n');
}

function section(item: Item, attacks: readonly Attack[]): string {
  const rows = attacks.filter((attack) => attack.item === item).map(row);
  const table = ['| attack | guard | without it | as it is |', '| --- | --- | --- | --- |', ...rows];
  return `## ${item}\n\n${table.join('\n')}\n`;
}

function row({ attack, guards, withGuards, withoutGuards }: Attack): string {
  const cells = [attack, guards.map(told).join('; and '), observed(withoutGuards), observed(withGuards)];
  return `| ${cells.join(' | ')} |`;
}

function told({ what, edits }: Guard): string {
  const files = [...new Set(edits.map(({ file }) => `\`src/${file}\``))];
  return `${what} (${files.join(', ')})`;
}

function observed({ answer, effect }: Seen): string {
  return `${answer}; ${effect}`;
}

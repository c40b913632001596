import { runChild } from './run-child.mjs';

/** Asks the registry for known vulnerabilities of what is shipped. Returns the exit code: 0 also where it has no answer. */
export async function audit() {
  const { code, output } = await runChild('npm', ['audit', '--omit=dev', '--json'], { quiet: true });
  const found = readReport(output);
  if (!found) {
    process.stdout.write('The registry does not say which packages have known vulnerabilities: nothing was checked\n');
    return 0;
  }
  const counts = Object.entries(found.counts).filter(([severity, count]) => severity !== 'total' && count > 0);
  process.stdout.write(
    counts.length === 0
      ? 'No known vulnerabilities\n'
      : `Known vulnerabilities: ${counts.map(([severity, count]) => `${count} ${severity}`).join(', ')} in ${found.names.join(', ')}\n`,
  );
  return code;
}

/** Null: that is no report. */
function readReport(output) {
  try {
    const { metadata, vulnerabilities } = JSON.parse(output.slice(output.indexOf('{')));
    return { counts: metadata.vulnerabilities, names: Object.keys(vulnerabilities) };
  } catch {
    return null;
  }
}

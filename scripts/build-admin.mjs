// Builds what the panel's pages load into admin/assets of the folder given (dist): AdminJS' own production bundles, ours,
// and the few files beside them, each compressed. The service only reads them: it bundles and writes nothing when it runs.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

// AdminJS decides by it, when it is imported, what its bundler makes.
process.env.NODE_ENV = 'production';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const components = join(root, 'src/admin/components');
const target = join(resolve(process.argv[2] ?? join(root, 'dist')), 'admin/assets');
const require = createRequire(join(root, 'package.json'));

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const adminJs = dirname(require.resolve('adminjs'));
const designSystem = join(dirname(createRequire(join(adminJs, 'index.js')).resolve('@adminjs/design-system')), '..');
const hashes = {};

await publish(
  'global.bundle.js',
  await readFile(join(adminJs, 'lib/frontend/assets/scripts/global-bundle.production.js')),
);
await publish('app.bundle.js', await readFile(join(adminJs, 'lib/frontend/assets/scripts/app-bundle.production.js')));
await publish('design-system.bundle.js', await readFile(join(designSystem, 'bundle.production.js')));
await publish('components.bundle.js', await bundleComponents());
await publish('before.js', await transpile(join(components, 'before.ts')));
await publish('panel.css', await joinStyles());
await writeFile(join(target, 'hashes.json'), JSON.stringify(hashes));

async function publish(name, bytes) {
  const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_SIZE_HINT: size } = constants;
  hashes[name] = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const brotli = promisify(brotliCompress)(bytes, { params: { [quality]: 9, [size]: bytes.length } });
  const file = join(target, name);
  await writeFile(file, bytes);
  await writeFile(`${file}.br`, await brotli);
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

/** The chart library's styles and ours, which may overrule them, as one file: panel.css first, as the base of the others. */
async function joinStyles() {
  const names = (await readdir(components)).filter((name) => name.endsWith('.css'));
  const ours = ['panel.css', ...names.filter((name) => name !== 'panel.css').sort()];
  const files = [require.resolve('uplot/dist/uPlot.min.css'), ...ours.map((name) => join(components, name))];
  return Buffer.concat(
    (await Promise.all(files.map((file) => readFile(file)))).flatMap((css) => [css, Buffer.from('\n')]),
  );
}

/** With AdminJS' own bundler, so that ours share its React and its design system. */
async function bundleComponents() {
  const { componentsBundler } = await import('adminjs/bundler');
  const file = join(target, 'components.bundle.js');
  await componentsBundler.setInputOption('input', join(components, 'entry.tsx')).setOutputOption('file', file).build();
  return readFile(file);
}

async function transpile(file) {
  const { default: typescript } = await import('typescript');
  const { outputText } = typescript.transpileModule(await readFile(file, 'utf8'), {
    compilerOptions: { target: typescript.ScriptTarget.ES2022, module: typescript.ModuleKind.None },
  });
  return Buffer.from(outputText);
}

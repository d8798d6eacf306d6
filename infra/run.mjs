/**
 * Runs a TypeScript file of this folder: `node infra/run.mjs infra/app.ts [arguments]`. It is
 * bundled first, packages left out, so no TypeScript loader is needed; plain JavaScript, because
 * it has to run before anything is built.
 */
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node infra/run.mjs FILE.ts [arguments]\n');
  process.exit(2);
}
const source = resolve(file);
const outfile = join(ROOT, 'dist/run', relative(ROOT, source).replace(/\.ts$/, '.cjs'));
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv = [process.argv[0], source, ...rest];
createRequire(import.meta.url)(outfile);

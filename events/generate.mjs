/**
 * Writes `events/*.schema.json` from the definitions in `shared/`: `node events/generate.mjs`.
 * With `--check` nothing is written; exit code 1 and their names when files are out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ENTRY = `
  export { EVENT_CATALOGUE } from './event-catalogue';
  export { draft4Schema } from './json-schema';
`;

/** The TypeScript sources, bundled and loaded without a file. */
async function loadDefinitions() {
  const result = await build({
    stdin: { contents: ENTRY, resolveDir: join(FOLDER, '../shared'), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const source = Buffer.from(result.outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${source}`);
}

const isCheck = process.argv.includes('--check');
const { EVENT_CATALOGUE, draft4Schema } = await loadDefinitions();
const stale = [];
for (const event of EVENT_CATALOGUE) {
  const path = join(FOLDER, `${event.name}.schema.json`);
  const options = { ...(await resolveConfig(path)), parser: 'json' };
  const text = await format(JSON.stringify(draft4Schema(event)), options);
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue;
  stale.push(`${event.name}.schema.json`);
  if (!isCheck) await writeFile(path, text);
}
if (isCheck && stale.length > 0) {
  process.stderr.write(`out of date, run node events/generate.mjs: ${stale.join(', ')}\n`);
  process.exitCode = 1;
}

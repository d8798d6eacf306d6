/**
 * Writes `events/*.schema.json` from the definitions in `shared/`: `node events/generate.mjs`.
 * With `--check` nothing is written; exit code 1 and their names when files are out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { loadSources } from './load-sources.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

const isCheck = process.argv.includes('--check');
const { EVENT_CATALOGUE, draft4Schema } = await loadSources(`
  export { EVENT_CATALOGUE } from '../shared/event-catalogue';
  export { draft4Schema } from '../shared/json-schema';
`);
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

/**
 * Writes `events/*.schema.json` and the list in `docs/options.md` from the definitions in
 * `shared/`: `node events/generate.mjs`.
 * With `--check` nothing is written; exit code 1 and their names when files are out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { loadSources } from './load-sources.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(FOLDER, '..');
/** What stands before it in docs/options.md is written by hand. */
const MARK = '<!-- The rest is made by `node events/generate.mjs`. -->';

const isCheck = process.argv.includes('--check');
const { EVENT_CATALOGUE, draft4Schema, optionsMarkdown } = await loadSources(`
  export { EVENT_CATALOGUE } from '../shared/event-catalogue';
  export { draft4Schema } from '../shared/json-schema';
  export { optionsMarkdown } from '../shared/transcribe-options/markdown';
`);
const stale = [];

async function update(path, content, parser) {
  const options = { ...(await resolveConfig(path)), parser };
  const text = await format(content, options);
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
  stale.push(relative(ROOT, path));
  if (!isCheck) await writeFile(path, text);
}

for (const event of EVENT_CATALOGUE) {
  const path = join(FOLDER, `${event.name}.schema.json`);
  await update(path, JSON.stringify(draft4Schema(event)), 'json');
}
const page = join(ROOT, 'docs/options.md');
const [start] = (await readFile(page, 'utf8')).split(MARK);
await update(page, `${start}${MARK}\n\n${optionsMarkdown()}\n`, 'markdown');
if (isCheck && stale.length > 0) {
  process.stderr.write(`out of date, run node events/generate.mjs: ${stale.join(', ')}\n`);
  process.exitCode = 1;
}

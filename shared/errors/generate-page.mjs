/** Writes docs/errors.md from the table of failures: `node shared/errors/generate-page.mjs`. */
import { writeFile } from 'node:fs/promises';

import { format, resolveConfig } from 'prettier';

import { loadSources } from '../../events/load-sources.mjs';

const PAGE = new URL('../../docs/errors.md', import.meta.url);

const { errorsPage } = await loadSources(
  `export { errorsPage } from '../shared/errors/errors-page';`,
);
const options = { ...(await resolveConfig(PAGE)), parser: 'markdown' };
await writeFile(PAGE, await format(errorsPage(), options));

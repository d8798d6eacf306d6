import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

/**
 * Loads TypeScript of this project into a plain script, without a file in between: `code` is a
 * module whose imports are relative to this folder. Only for modules that need no package but
 * zod, since all of it becomes one ES module.
 */
export async function loadSources(code) {
  const result = await build({
    stdin: {
      contents: code,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const source = Buffer.from(result.outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${source}`);
}

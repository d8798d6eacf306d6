import { build } from 'esbuild';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** The worker as it is deployed, but for clients that record what they call. */
export async function bundleRecordingWorker(outfile: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['functions/worker/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'recording-clients',
        setup: (bundling) => {
          bundling.onResolve({ filter: /^\.\/clients$/ }, ({ importer }) =>
            importer.endsWith('worker/main.ts')
              ? { path: join(__dirname, 'recording-clients.ts') }
              : undefined,
          );
        },
      },
    ],
  });
}

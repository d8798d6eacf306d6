import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a fresh clone may take (it takes a few seconds). */
const SYNTH_MS = 60_000;

/** As somebody without account, credentials and Docker would run it. */
function synth(...options: readonly string[]) {
  const output = mkdtempSync(join(tmpdir(), 'callscribe-cdk-'));
  const context = options.flatMap((option) => ['-c', `callscribe:${option}`]);
  const ran = spawnSync('npx', ['cdk', 'synth', '--quiet', '--output', output, ...context], {
    encoding: 'utf8',
    timeout: SYNTH_MS,
    env: {
      HOME: output,
      PATH: process.env.PATH,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  });
  return { ...ran, output };
}

describe('npx cdk synth', () => {
  it(
    'needs no account, no network and no Docker, and takes the real bundles',
    () => {
      const { status, stderr, output } = synth('stage=prod');

      expect(`${status} ${status === 0 ? '' : stderr}`.trim()).toBe('0');
      const assets = JSON.parse(
        readFileSync(join(output, 'callscribe-prod.assets.json'), 'utf8'),
      ) as {
        dockerImages: Record<string, { source: { directory: string } }>;
        files: Record<string, { source: { path: string; packaging: string } }>;
      };
      const [image] = Object.values(assets.dockerImages);
      for (const file of ['Dockerfile', 'main.cjs']) {
        expect(existsSync(join(output, image?.source.directory ?? '', file))).toBe(true);
      }
      const [code] = Object.values(assets.files).filter(({ source }) => source.packaging === 'zip');
      expect(existsSync(join(output, code?.source.path ?? '', 'handler.cjs'))).toBe(true);
      rmSync(output, { recursive: true });
    },
    SYNTH_MS,
  );

  it(
    'names a wrong option in one sentence, not in a stack trace',
    () => {
      const { status, stderr, output } = synth('maxTasks=many');

      expect(status).not.toBe(0);
      expect(stderr).toContain('callscribe:maxTasks: a whole number from 1 to 1000 (found "many")');
      expect(stderr).not.toContain('    at ');
      rmSync(output, { recursive: true });
    },
    SYNTH_MS,
  );
});

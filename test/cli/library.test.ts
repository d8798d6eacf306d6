import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeWav } from '../../local/media/wav-writer';
import { createTonesEngine } from '../../local/recognisers/tones';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-in';
import { projectRoot } from '../../local/system/project-root';
import { startTranscribe, type TranscribeStandIn } from '../../local/transcribe/transcribe';
import { freshFolder, runCallscribe, type Outcome } from '../support/callscribe';
import { SAMPLE_RATE_HZ, tones } from '../unit/transcribe-library/support';

jest.setTimeout(60_000);

const MAX_QUICKSTART_LINES = 10;
/** Inside the clone, where the package's own name leads to it. */
const PROGRAMS = join(projectRoot(), 'dist/programs');
/** A process that is kept by something ends the test. */
const EXIT_LIMIT_MS = 20_000;
const SETTLE_MS = 500;

let standIn: TranscribeStandIn;
beforeAll(async () => {
  // Builds what is not there yet.
  await runCallscribe(['--version']);
  mkdirSync(PROGRAMS, { recursive: true });
  standIn = await startTranscribe({ engine: createTonesEngine() });
});
afterAll(() => standIn.close());

/** Runs a program until it ends by itself; nothing in it calls `process.exit`. */
function run(program: string, cwd = freshFolder()): Promise<Outcome> {
  const file = join(PROGRAMS, `${process.pid}.mjs`);
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file], {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: standIn.url,
      AWS_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: EXIT_LIMIT_MS,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })));
}

/** The program of a page that imports the library. */
function programOf(page: string): string {
  const text = readFileSync(join(projectRoot(), page), 'utf8');
  const programs = [...text.matchAll(/```js\n(.*?)```/gs)].map(([, program = '']) => program);
  const found = programs.find((program) => program.includes("from 'callscribe'"));
  if (found === undefined) throw new Error(`no program in ${page}`);
  return found;
}

function withRecording(): string {
  const cwd = freshFolder();
  const channels = [tones('0123456789'), tones('987654')];
  writeFileSync(join(cwd, 'recording.wav'), encodeWav({ sampleRateHz: SAMPLE_RATE_HZ, channels }));
  return cwd;
}

describe('the library', () => {
  it.each(['README.md', 'docs/library.md', 'docs/migrating-from-amazon-transcribe.md'])(
    'runs the quickstart of %s, which ends by itself',
    async (page) => {
      const { code, stdout, stderr } = await run(programOf(page), withRecording());

      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(stdout).toContain('0 1 2 3 4 5 6 7 8 9');
    },
  );

  it('has a quickstart of ten lines or fewer', () => {
    const lines = programOf('README.md')
      .split('\n')
      .filter((line) => line.trim() !== '');

    expect(lines.length).toBeLessThanOrEqual(MAX_QUICKSTART_LINES);
  });

  it.each([
    ['an abort', 'stop.abort()'],
    ['leaving the loop', 'break'],
  ])('leaves nothing open after %s', async (_name, leave) => {
    const { code, stdout, stderr } = await run(`
      import { transcribe } from 'callscribe';
      const piece = new Uint8Array(${JSON.stringify([...new Uint8Array(tones('1').buffer)])});
      async function* endless() {
        for (;;) {
          yield piece;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
      const stop = new AbortController();
      const options = { language: 'en-US', sampleRateHz: ${SAMPLE_RATE_HZ} };
      try {
        for await (const event of transcribe(endless(), options, { signal: stop.signal })) {
          if (event.type === 'partial') ${leave};
        }
      } catch (error) {
        console.log(error.code);
      }
      // Closed sockets need a moment to be gone; standard output is a pipe of its own.
      const show = () => {
        const open = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
        console.log('open:', JSON.stringify(open));
      };
      setTimeout(() => setImmediate(show), ${SETTLE_MS});
    `);

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('open: []');
    expect(stdout.includes('aborted')).toBe(leave !== 'break');
  });
});

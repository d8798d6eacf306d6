import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LOCAL_STATE_FILE, processStart } from '../../local/cli/environment';
import { createTonesEngine } from '../../local/recognisers/tones';
import { encodeWav, type WavSpec } from '../../local/media/wav-writer';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-in';
import { projectRoot } from '../../local/system/project-root';
import { startTranscribe, type TranscribeStandIn } from '../../local/transcribe/transcribe';
import { freshFolder, type Outcome } from '../support/callscribe';
import { bytesOf, SAMPLE_RATE_HZ, tones } from '../unit/transcribe-library/support';

jest.setTimeout(60_000);

const CALLSCRIBE = join(projectRoot(), 'local/cli/callscribe.mjs');
const LEFT = '0123456789';
const RIGHT = '9753186420';

let standIn: TranscribeStandIn;
let env: Record<string, string>;
beforeAll(async () => {
  standIn = await startTranscribe({ engine: createTonesEngine() });
  env = {
    AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: standIn.url,
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
});
afterAll(() => standIn.close());

interface Run {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which then ends; by default there is none. */
  readonly input?: Uint8Array;
  readonly onStart?: (child: ChildProcess) => void;
}

function transcribe(run: Run): Promise<Outcome> {
  const child = spawn(process.execPath, [CALLSCRIBE, 'transcribe', ...run.args], {
    cwd: run.cwd ?? freshFolder(),
    env: { PATH: process.env.PATH ?? '', HOME: freshFolder(), ...(run.env ?? env) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  run.onStart?.(child);
  if (run.onStart === undefined) child.stdin.end(run.input ?? '');
  // It may be gone before it has read everything.
  child.stdin.on('error', () => undefined);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })));
}

/** A folder with the symbols as `recording.wav`. */
function withRecording(spec: Partial<WavSpec> = {}): string {
  const cwd = freshFolder();
  const channels = [tones(LEFT), tones(RIGHT)];
  const wav = encodeWav({ sampleRateHz: SAMPLE_RATE_HZ, channels, ...spec });
  writeFileSync(join(cwd, 'recording.wav'), wav);
  return cwd;
}

const spaced = (symbols: string): string => symbols.split('').join(' ');

describe('callscribe transcribe', () => {
  it('prints who said what in a stereo recording', async () => {
    const { code, stdout, stderr } = await transcribe({
      args: ['recording.wav'],
      cwd: withRecording(),
    });

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(`Caller:  ${spaced(LEFT)}\n`);
    expect(stdout).toContain(`Agent:   ${spaced(RIGHT)}\n`);
  });

  it('prints the segment lines of a call as JSON', async () => {
    const args = ['recording.wav', '--format', 'json'];

    const { stdout } = await transcribe({ args, cwd: withRecording() });

    const lines = stdout.trimEnd().split('\n');
    const segments = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(segments.map(({ channel }) => channel).sort()).toEqual(['agent', 'caller']);
    expect(segments[0]).toMatchObject({
      seq: 1,
      startMs: expect.any(Number),
      text: expect.any(String),
      words: expect.arrayContaining([expect.objectContaining({ text: '0' })]),
    });
  });

  it.each([
    ['vtt', 'WEBVTT', `<v Caller>${spaced(LEFT)}</v>`],
    ['srt', '1\n00:00:00,', `Caller: ${spaced(LEFT)}`],
  ])('prints subtitles as %s', async (format, head, cue) => {
    const cwd = withRecording({ channels: [tones(LEFT)] });

    const { stdout } = await transcribe({ args: ['recording.wav', '--format', format], cwd });

    expect(stdout.startsWith(head)).toBe(true);
    expect(stdout).toContain(cue);
  });

  it('takes a WAV stream without a length from standard input', async () => {
    const wav = encodeWav({
      sampleRateHz: SAMPLE_RATE_HZ,
      channels: [tones(LEFT)],
      encoding: 'mulaw',
      sizes: 'unknown',
    });

    const { stdout } = await transcribe({ args: ['-'], input: wav });

    expect(stdout).toContain(spaced(LEFT));
  });

  it('takes raw samples of which it is told the rate', async () => {
    const args = ['-', '--sample-rate', '8000'];

    const { stdout } = await transcribe({ args, input: bytesOf(tones(LEFT)) });

    expect(stdout).toContain(spaced(LEFT));
  });

  it('asks the service for what its flags say, in English unless told otherwise', async () => {
    const args = ['-', '--sample-rate', '8000', '--show-speaker-label'];
    const more = ['--vocabulary-name', 'product-names', '--language', 'de-DE'];
    const input = bytesOf(tones(LEFT));

    await transcribe({ args, input });
    await transcribe({ args: [...args, ...more], input });

    const [plain, asked] = standIn.sessions().slice(-2);
    expect(plain?.headers).toMatchObject({
      'x-amzn-transcribe-language-code': 'en-US',
      'x-amzn-transcribe-show-speaker-label': 'true',
    });
    expect(asked?.headers).toMatchObject({
      'x-amzn-transcribe-language-code': 'de-DE',
      'x-amzn-transcribe-vocabulary-name': 'product-names',
    });
  });

  it('ends with 2 and one sentence for wrong flags and inputs, and opens no session', async () => {
    const before = standIn.sessions().length;
    const cwd = withRecording();
    const refused: [string, string][] = [
      ['recording.wav --partial-results-stability best', 'partialResultsStability must be one of'],
      ['recording.wav --identify-language', 'languageOptions must hold two languages or more'],
      ['recording.wav --lead far', 'Give a whole number'],
      ['recording.wav --no-such-option', 'unknown option'],
      ['recording.wav --sample-rate 16000', 'header says 8000 Hz'],
      ['absent.wav', 'there is no such file'],
      ['.', 'is a folder'],
      ['-', 'for samples without a header give --sample-rate'],
    ];

    const outcomes = await Promise.all(
      refused.map(([line]) => transcribe({ args: line.split(' '), cwd })),
    );

    expect(outcomes).toEqual(
      refused.map(([, complaint]) => ({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^callscribe: [^\n]*${complaint}[^\n]*\n$`)),
      })),
    );
    expect(standIn.sessions()).toHaveLength(before);
  });

  it('ends with 1 and says why when the service refuses it', async () => {
    const { code, stderr } = await transcribe({
      args: ['recording.wav'],
      cwd: withRecording(),
      env: { ...env, AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' },
    });

    expect(code).toBe(1);
    expect(stderr).toContain('UnrecognizedClientException');
    expect(stderr).toContain('What to do:');
  });

  it('finds the system that runs in its folder', async () => {
    const cwd = withRecording();
    const state = { pid: process.pid, processStart: processStart(process.pid), env };
    mkdirSync(dirname(join(cwd, LOCAL_STATE_FILE)));
    writeFileSync(join(cwd, LOCAL_STATE_FILE), JSON.stringify(state));

    const { stdout } = await transcribe({ args: ['recording.wav'], cwd, env: {} });

    expect(stdout).toContain(spaced(LEFT));
  });

  it('prints the last words when it is interrupted, and ends with 130', async () => {
    const { code, stdout } = await transcribe({
      args: ['-', '--sample-rate', '8000'],
      onStart: (child) => {
        child.stdin?.write(bytesOf(tones(LEFT)));
        // Longer than the pause after which the recogniser finishes a line by itself is no matter.
        void untilHeard().then(() => child.kill('SIGINT'));
      },
    });

    expect(code).toBe(130);
    expect(stdout).toContain(spaced(LEFT).slice(0, 11));
  });
});

/** Resolves when the stand-in has been sent some of the audio. */
async function untilHeard(): Promise<void> {
  const before = standIn.sessions().length;
  while (standIn.sessions().length === before) await new Promise((next) => setTimeout(next, 20));
  while ((standIn.sessions().at(-1)?.audioMs ?? 0) < 800) {
    await new Promise((next) => setTimeout(next, 20));
  }
}

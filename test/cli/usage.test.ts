import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeWav } from '../../local/media/wav-writer';
import { freshFolder, runCallscribe } from '../support/callscribe';
import { recording } from '../support/recording';

jest.setTimeout(60_000);

const cwd = freshFolder();
const CD_QUALITY = { sampleRateHz: 44_100, channels: [new Int16Array(441)] };

beforeAll(() => {
  const good = encodeWav({ sampleRateHz: 8000, channels: [new Int16Array(800)] });
  const files: Record<string, Uint8Array> = {
    'good.wav': good,
    'cut.wav': good.subarray(0, 100),
    'text.wav': Buffer.from('to be or not to be'),
    'cd.wav': encodeWav(CD_QUALITY),
    'garbage.mkv': Buffer.alloc(5000, 7),
    'cut.mkv': recording({ isCutShort: true }),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(cwd, name), bytes);
});

describe('the commands', () => {
  it.each(['call', 'transcript', 'tail', 'calls', 'delete'])('%s explains itself', async (name) => {
    const { code, stdout } = await runCallscribe([name, '--help'], { cwd });

    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: callscribe ${name}`);
  });

  it.each([
    ['call absent.wav', 'absent.wav: there is no such file'],
    ['call text.wav', 'text.wav is no audio file'],
    ['call cut.wav', 'cut.wav is cut short'],
    ['call cd.wav', 'cd.wav has a sample rate of 44100 Hz'],
    ['call garbage.mkv', 'garbage.mkv is no Matroska file'],
    ['call cut.mkv', 'is cut short'],
    ['call .', '. is not a file'],
    ['call good.wav --call-id a/b', 'this is no call id'],
    ['call good.wav --speed fast', '--speed takes a number'],
    ['call good.wav --codec mp3', "argument 'mp3' is invalid"],
    ['call cut.mkv --codec pcm', 'leave --codec out'],
    ['call good.wav', 'no system found: start `callscribe local`'],
    ['call', "missing required argument 'FILE'"],
    ['transcript', "missing required argument 'ID'"],
    ['transcript c1', 'no system found'],
    ['transcript c1 --format doc', "argument 'doc' is invalid"],
    ['tail a/b', 'this is no call id'],
    ['tail', 'no system found'],
    ['calls', 'no system found'],
    ['calls --day yesterday', '--day takes a date'],
    ['calls --limit 0', '--limit takes a whole number'],
    ['delete c1', 'no system found'],
    ['sing', "unknown command 'sing'"],
  ])('`%s` is refused in one sentence', async (line, expected) => {
    const { code, stdout, stderr } = await runCallscribe(line.split(' '), { cwd });

    expect(stderr).toContain(expected);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('says when the system of the environment is gone', async () => {
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
      CALL_LOG_TABLE: 'CallLog',
    };

    const { code, stderr } = await runCallscribe(['transcript', 'c1'], { cwd, env });

    expect(stderr).toContain('DynamoDB does not answer (ECONNREFUSED)');
    expect(code).toBe(2);
  });
});

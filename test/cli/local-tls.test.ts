import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { renderDtmf } from '../../local/dtmf/dtmf';
import { encodeWav } from '../../local/media/wav-writer';
import { talkLikePython } from '../unit/local-transcribe/python-client';
import type { RunningLocal } from '../support/callscribe';
import { freshFolder, runCallscribe, startLocal } from '../support/callscribe';

jest.setTimeout(120_000);

const SYMBOLS = '1234567890';
const tones = () =>
  renderDtmf({
    symbols: SYMBOLS,
    toneMs: 50,
    pauseMs: 50,
    leadMs: 0,
    sampleRateHz: 8000,
    amplitudeDbfs: -6,
  }).samples;

describe('callscribe local --tls', () => {
  let local: RunningLocal;
  beforeAll(async () => {
    local = await startLocal(['--tls']);
  });
  afterAll(() => local.stop());

  it('gives the worker a certificate that it trusts', async () => {
    writeFileSync(
      join(local.cwd, 'tones.wav'),
      encodeWav({ sampleRateHz: 8000, channels: [tones()] }),
    );

    const run = (...args: string[]) => runCallscribe(args, { cwd: local.cwd });
    await run('call', 'tones.wav', '--call-id', 'tls', '--speed', '8');
    const { stdout } = await run('transcript', 'tls', '--format', 'json');

    const texts = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text?: string }).text ?? '');
    expect(texts.join(' ').replaceAll(' ', '')).toBe(SYMBOLS);
  });

  it('tells any other client whom to trust', async () => {
    const { AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: url = '', AWS_CA_BUNDLE = '' } = local.env;
    const members = { 'language-code': 'en-US', 'sample-rate': '8000', 'media-encoding': 'pcm' };
    const audio = new Uint8Array(tones().buffer);
    const halves = [audio.subarray(0, 8000), audio.subarray(8000)];

    const answer = await talkLikePython(url, readFileSync(AWS_CA_BUNDLE, 'utf8'), members, halves);

    expect(url).toMatch(/^https:/);
    expect(local.env.NODE_EXTRA_CA_CERTS).toBe(AWS_CA_BUNDLE);
    expect(answer.events.at(-1)?.json).toContain('1 2 3 4 5 6 7 8 9 0');
  });
});

describe('callscribe local', () => {
  it('leaves no certificate behind', async () => {
    const local = await startLocal(['--tls', '--no-worker']);
    const authority = local.env.AWS_CA_BUNDLE ?? '';
    expect(existsSync(authority)).toBe(true);

    await local.stop();

    expect(existsSync(authority)).toBe(false);
  });

  it.each([
    [['--tls', '--recogniser', 'aws'], '--tls is for the stand-in'],
    [['--lexicon', 'none.json'], 'the lexicon none.json cannot be read'],
    [['--lexicon', 'wrong.json'], 'not a lexicon: positive'],
  ])('refuses %j', async (args, why) => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, 'wrong.json'), '{"positive":"yes"}');

    const { code, stderr } = await runCallscribe(['local', '--no-worker', ...args], { cwd });

    expect(code).not.toBe(0);
    expect(stderr).toContain(why);
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { createPocketsphinxEngine } from '../../../local/recognisers/pocketsphinx';
import { DEBIAN_MODELS } from '../../../local/recognisers/pocketsphinx/models';
import type { Recognition, RecogniserEngine } from '../../../local/recognisers/recogniser';
import type { DecoderProcess } from '../../../local/recognisers/speech/decoder-process';
import { startDecoderProcess } from '../../../local/recognisers/speech/decoder-process';
import { debianVoices } from '../../../local/demo/voices';
import { projectRoot } from '../../../local/system/project-root';

const PROMPT = { file: 'pls-hold-while-try', text: 'Please hold while we try to connect you.' };
const HEARD = 'please hold while we try to connect you';
const TEXT = [PROMPT.text, 'Please try again.', 'All circuits are busy now.'].join('\n');
const RATE_HZ = 8_000;

function textOf({ words }: Pick<Recognition, 'words'>): string {
  return words.map(({ text }) => text).join(' ');
}

const isInstalled =
  existsSync(DEBIAN_MODELS) &&
  existsSync(`/usr/share/asterisk/sounds/en_US_f_Allison/${PROMPT.file}.wav`);

it('says which Debian packages to install when the models are missing', async () => {
  await expect(createPocketsphinxEngine({ modelFolder: '/nowhere' })).rejects.toThrow(
    'libpocketsphinx3 and pocketsphinx-en-us',
  );
});

(isInstalled ? describe : describe.skip)('the pocketsphinx engine', () => {
  const root = projectRoot();
  // Inside the clone, because the bundle has to find its packages.
  const processPath = join(root, `dist/test/pocketsphinx-process-${process.pid}.mjs`);
  const processes: DecoderProcess[] = [];
  let engine: RecogniserEngine;

  beforeAll(async () => {
    const entry = join(root, 'local/recognisers/pocketsphinx/process.ts');
    execFileSync(join(root, 'node_modules/.bin/esbuild'), [
      ...[entry, '--bundle', '--platform=node', '--format=esm', '--packages=external'],
      ...[`--outfile=${processPath}`, '--log-level=error'],
    ]);
    engine = await createPocketsphinxEngine({
      languageModelText: TEXT,
      processPath,
      startProcess: (path) => {
        const started = startDecoderProcess(path);
        processes.push(started);
        return started;
      },
    });
  });

  afterAll(async () => {
    await engine.close();
    await rm(processPath, { force: true });
  });

  function open(onRecognition: (recognition: Recognition) => void = () => undefined) {
    return engine.open({ sampleRateHz: RATE_HZ, languageCode: 'en-US', onRecognition });
  }

  it('hears telephone prompts word by word, where they are', async () => {
    const heard: Recognition[] = [];
    const prompt = await debianVoices.prompt(PROMPT.file);
    const recogniser = await open((recognition) => heard.push(recognition));

    for (let time = 0; time < 2; time += 1) {
      await recogniser.push(new Int16Array(2 * RATE_HZ));
      for (let at = 0; at < prompt.length; at += 800) {
        await recogniser.push(prompt.subarray(at, at + 800));
      }
    }
    await recogniser.finish();

    const finals = heard.filter(({ kind }) => kind === 'final');
    expect(finals.map(textOf)).toEqual([HEARD, HEARD]);
    finals.forEach(({ startSample, endSample, words }, time) => {
      const start = 2 * RATE_HZ + time * (2 * RATE_HZ + prompt.length);
      expect(startSample).toBeGreaterThanOrEqual(start);
      expect(endSample).toBeLessThanOrEqual(start + prompt.length + 800);
      expect(words.every(({ confidence }) => confidence > 0 && confidence <= 1)).toBe(true);
    });
    expect(heard.length - finals.length).toBeGreaterThan(6);
  });

  it('hears two channels at once', async () => {
    const prompt = await debianVoices.prompt(PROMPT.file);
    const hearOne = async () => {
      const texts: string[] = [];
      const recogniser = await open(({ kind, words }) => {
        if (kind === 'final') texts.push(textOf({ words }));
      });
      await recogniser.push(prompt);
      await recogniser.finish();
      return texts.join(' ');
    };

    const [left, right] = await Promise.all([hearOne(), hearOne()]);

    expect(left).toBe(HEARD);
    expect(right).toBe(left);
  });

  it('rejects when its process is killed, and opens another one all the same', async () => {
    const recogniser = await open();

    processes.at(-1)?.kill();

    await expect(recogniser.finish()).rejects.toMatchObject({ code: 'unavailable' });
    const next = await open();
    next.close();
  });

  it('refuses a language model text with words that it cannot pronounce', async () => {
    await expect(
      createPocketsphinxEngine({ languageModelText: 'Frobnicate the zzyzx.' }),
    ).rejects.toThrow('"zzyzx"');
  });
});

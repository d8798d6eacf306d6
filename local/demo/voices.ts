import { execFile } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CallscribeError } from '../../shared/errors';
import { openWav } from '../media/wav';
import { resample } from '../recognisers/speech/resampler';

/** Telephone audio. */
export const CALL_RATE_HZ = 8_000;

/** Where Debian's `asterisk-core-sounds-en-wav` puts its recordings. */
export const PROMPTS_FOLDER = '/usr/share/asterisk/sounds/en_US_f_Allison';
/** A male voice, so that the two sides of the demo differ by ear. */
const SYNTHETIC_VOICE = 'rms';
/** A sentence takes about 0.1 s. */
const SYNTHESIS_LIMIT_MS = 20_000;

/** What a demo call is made of. Both resolve to 8 kHz samples. */
export interface Voices {
  /** The recording of this file name. */
  prompt(file: string): Promise<Int16Array>;
  /** The sentence in the synthetic voice. */
  speak(sentence: string): Promise<Int16Array>;
}

/**
 * Voices from the Debian packages `asterisk-core-sounds-en-wav` and `flite`; both reject with
 * `bad-configuration` and the package's name when it is not installed.
 */
export const debianVoices: Voices = {
  async prompt(file) {
    const path = join(PROMPTS_FOLDER, `${file}.wav`);
    await access(path).catch((cause: unknown) => {
      throw notInstalled('asterisk-core-sounds-en-wav', `there is no ${path}`, cause);
    });
    return readMono(path);
  },

  async speak(sentence) {
    const folder = await mkdtemp(join(tmpdir(), 'callscribe-voice-'));
    const path = join(folder, 'sentence.wav');
    try {
      await synthesise(sentence, path);
      return await readMono(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function synthesise(sentence: string, path: string): Promise<void> {
  try {
    await promisify(execFile)('flite', ['-voice', SYNTHETIC_VOICE, '-t', sentence, '-o', path], {
      timeout: SYNTHESIS_LIMIT_MS,
    });
  } catch (cause) {
    throw notInstalled('flite', 'the command flite does not run', cause);
  }
}

async function readMono(path: string): Promise<Int16Array> {
  const file = await openWav(path);
  try {
    const { encoding, channels, sampleRateHz } = file.format;
    if (encoding !== 'pcm16' || channels !== 1) {
      throw new CallscribeError('bad-audio', `${path} is not mono 16-bit PCM`);
    }
    const bytes = Buffer.from(await file.readFrames(0, file.frames));
    const samples = Int16Array.from({ length: file.frames }, (_, i) => bytes.readInt16LE(2 * i));
    return resample(samples, sampleRateHz, CALL_RATE_HZ);
  } finally {
    await file.close();
  }
}

function notInstalled(debianPackage: string, what: string, cause: unknown): CallscribeError {
  return new CallscribeError(
    'bad-configuration',
    `${what}: install the Debian package ${debianPackage}`,
    { cause },
  );
}

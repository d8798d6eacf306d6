import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

import type { TranscribeOptions } from '../../../functions/transcribe/options';
import { readWav, type WavAudio } from '../../../functions/transcribe/wav';
import { CallscribeError } from '../../../shared/errors';
import { CliError, EXIT } from '../cli-error';
import type { TranscribeCommandOptions } from '../commands/transcribe';

type RawOptions = Pick<TranscribeCommandOptions, 'sampleRate' | 'channels' | 'encoding'>;

/**
 * Opens a file, or standard input for `-`, as samples and their format. Headers of WAV files say
 * it all; other bytes need `--sample-rate`. Throws a usage error or `bad-audio`.
 */
export async function openInput(file: string, options: RawOptions): Promise<WavAudio> {
  const source = file === '-' ? standardInput() : await openFile(file);
  const input = await readWav(source, rawFormat(options)).catch((reason: unknown) => {
    if (!(reason instanceof CallscribeError) || options.sampleRate !== undefined) throw reason;
    throw new CallscribeError(
      reason.code,
      `${reason.message}; for samples without a header give --sample-rate`,
      { cause: reason },
    );
  });
  if (options.sampleRate !== undefined && options.sampleRate !== input.sampleRateHz) {
    throw new CliError(
      EXIT.usage,
      `the file's header says ${input.sampleRateHz} Hz; leave --sample-rate out for WAV files`,
    );
  }
  return input;
}

function rawFormat({ sampleRate, channels, encoding }: RawOptions) {
  if (sampleRate === undefined) return undefined;
  return {
    sampleRateHz: sampleRate,
    // Any other number is for the options' rules to refuse.
    channels: (channels ?? 1) as NonNullable<TranscribeOptions['channels']>,
    mediaEncoding: encoding,
  };
}

function standardInput(): Readable {
  if (process.stdin.isTTY) {
    throw new CliError(
      EXIT.usage,
      'standard input is the terminal; pipe audio in, for example: ' +
        'arecord -f S16_LE -r 8000 | callscribe transcribe -',
    );
  }
  return process.stdin;
}

async function openFile(file: string): Promise<Readable> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be opened (${cause.code})`;
    throw new CallscribeError('bad-audio', `${file}: ${what}`, { cause });
  });
  if (found.isDirectory()) throw new CallscribeError('bad-audio', `${file} is a folder`);
  return createReadStream(file);
}

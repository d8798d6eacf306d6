import { Option, type Command } from 'commander';

import { AUDIO_ENCODINGS, type AudioEncoding } from '../../../functions/transcribe/audio-format';
import { TRANSCRIPT_FORMATS, type TranscriptFormat } from './transcript';
import { addServiceFlags, readNumber } from './transcribe-flags';

const MAX_LEAD_SECONDS = 3_600;

export interface TranscribeCommandOptions {
  readonly format: TranscriptFormat;
  readonly gaps?: boolean;
  readonly partials?: boolean;
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly encoding: AudioEncoding;
  readonly pace?: boolean;
  readonly lead?: number;
  readonly aws?: boolean;
  readonly endpoint?: string;
  readonly region?: string;
  /** The service's options, by the names that commander gives their flags. */
  readonly [flag: string]: unknown;
}

export function registerTranscribe(program: Command): void {
  const command = program
    .command('transcribe')
    .description('Transcribe a recording, or audio that is piped in, without a call or a worker.')
    .argument('<FILE>', 'WAV (PCM16, mu-law, A-law; left = caller), raw samples, or - for stdin')
    .addOption(
      new Option('--format <FORMAT>', 'how to print it')
        .choices(TRANSCRIPT_FORMATS)
        .default('text'),
    )
    .option('--gaps', 'show also what could not be heard (always so in text)')
    .option('--partials', 'with --format json: also partial results')
    .option('--sample-rate <HZ>', 'for raw samples: samples per second', readNumber)
    .option('--channels <N>', 'for raw samples: 1, or 2 for interleaved ones', readNumber)
    .addOption(
      new Option('--encoding <ENCODING>', 'for raw samples')
        .choices(AUDIO_ENCODINGS)
        .default('pcm'),
    )
    .option('--pace', 'send a recording no faster than it was spoken')
    .option(
      '--lead <SECONDS>',
      'how far a recording may be sent ahead of the clock (default 30)',
      leadSeconds,
    )
    .option('--aws', 'use Amazon Transcribe, though `callscribe local` runs in this folder')
    .option('--endpoint <URL>', 'where the service listens')
    .option('--region <REGION>', 'AWS region')
    .action(async (file: string, options: TranscribeCommandOptions) => {
      const { runTranscribe } = await import('../transcribe/run-transcribe');
      await runTranscribe(file, options);
    });
  addServiceFlags(command);
}

function leadSeconds(text: string): number {
  return Math.min(readNumber(text), MAX_LEAD_SECONDS);
}

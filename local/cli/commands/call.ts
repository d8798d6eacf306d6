import { Option, type Command } from 'commander';

import type { CallOptions } from '../../../shared/call';
import { callOptionsSchema } from '../../../shared/call';
import { WAV_ENCODINGS, type WavEncoding } from '../../media/wav-format';
import { CliError, EXIT } from '../cli-error';

const MIN_SPEED = 0.1;
const MAX_SPEED = 1000;
const DEFAULT_TIMEOUT_SECONDS = 300;
const CODECS = ['pcm', 'mulaw', 'alaw'] as const;

export interface CallCommandOptions {
  readonly callId?: string;
  readonly speed: number;
  readonly codec?: (typeof CODECS)[number];
  readonly language?: string;
  readonly partials?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

export function registerCall(program: Command): void {
  program
    .command('call')
    .description('Play a recording as a live call and have it transcribed.')
    .argument('<FILE>', 'WAV (PCM16, mu-law, A-law; left = caller) or raw GetMedia .mkv')
    .option('--call-id <ID>', 'id of the call; a new one when left out')
    .option('--speed <N>', 'so many times as fast as it was spoken', checkedSpeed, 1)
    .addOption(new Option('--codec <CODEC>', 'send a WAV file so encoded').choices(CODECS))
    .option('--language <CODE>', 'language code, such as en-US', checkedLanguage)
    .option('--partials', 'publish partial results too, for `tail`')
    .option(
      '--timeout <SECONDS>',
      'give up when the ended call makes no progress for so long',
      checkedTimeout,
      DEFAULT_TIMEOUT_SECONDS,
    )
    .option('--json', 'print the outcome as one JSON object')
    .action(async (file: string, options: CallCommandOptions) => {
      const { runCall } = await import('../run-call');
      await runCall(file, options);
    });
}

/** The encoding that `--codec` asks for; undefined leaves the file's own. */
export function wavEncoding(codec: CallCommandOptions['codec']): WavEncoding | undefined {
  return codec === 'pcm' ? 'pcm16' : WAV_ENCODINGS.find((encoding) => encoding === codec);
}

/** The request's options; undefined when none were given. */
export function requestOptions(options: CallCommandOptions): CallOptions | undefined {
  const { language, partials } = options;
  return language === undefined && partials === undefined ? undefined : { language, partials };
}

function checkedSpeed(text: string): number {
  return numberBetween(text, '--speed', MIN_SPEED, MAX_SPEED);
}

function checkedTimeout(text: string): number {
  return numberBetween(text, '--timeout', 1, 86_400);
}

function checkedLanguage(text: string): string {
  if (callOptionsSchema.safeParse({ language: text }).success) return text;
  throw new CliError(EXIT.usage, '--language takes a language code such as en-US');
}

function numberBetween(text: string, option: string, min: number, max: number): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (number >= min && number <= max) return number;
  throw new CliError(EXIT.usage, `${option} takes a number from ${min} to ${max}`);
}

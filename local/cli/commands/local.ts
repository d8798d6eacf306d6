import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

export interface LocalOptions {
  readonly dataDir?: string;
  /** False with `--no-worker`. */
  readonly worker: boolean;
  readonly workers: number;
  readonly recogniser: string;
  readonly visibilityTimeout?: number;
  readonly limit: readonly string[];
  readonly tls?: boolean;
  readonly lexicon?: string;
  readonly node?: string;
  readonly verbose?: boolean;
}

const MAX_WORKERS = 64;
const MAX_VISIBILITY_TIMEOUT_SECONDS = 43_200;

export function registerLocal(program: Command): void {
  program
    .command('local')
    .description(
      'Run the stand-ins and the worker until Ctrl-C; once ready, print the environment as exports.',
    )
    .option('--data-dir <DIR>', 'keep tables, queues and streams there and find them again')
    .option('--no-worker', 'leave the worker out, to start it by hand with the printed exports')
    .option('--workers <N>', 'worker processes', wholeNumber(1, MAX_WORKERS), 1)
    .addOption(
      new Option('--recogniser <NAME>', 'tones, pocketsphinx, sherpa, script or aws')
        .env('LOCAL_RECOGNISER')
        .default('tones'),
    )
    .option(
      '--visibility-timeout <SECONDS>',
      'after this long without a sign of its worker a call goes to another (default 15)',
      wholeNumber(5, MAX_VISIBILITY_TIMEOUT_SECONDS),
    )
    .option(
      '--limit <SERVICE.NAME=VALUE>',
      'set a limit of a stand-in, for example transcribe.maxSessionMs=20000; repeatable',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .option('--tls', 'serve Transcribe over TLS with a certificate made for it')
    .option('--lexicon <FILE>', 'what the Transcribe stand-in knows of words, as JSON')
    .option('--node <PATH>', 'run the worker with another Node')
    .option('-v, --verbose', 'show everything the worker logs, not only warnings')
    .action(async (options: LocalOptions) => {
      const { runLocal } = await import('../../system/run-local');
      await runLocal(options);
    });
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}

import { InvalidArgumentError, type Command } from 'commander';

const MAX_SEED = 2 ** 32 - 1;

export interface DemoOptions {
  readonly seed?: number;
  readonly calm?: boolean;
  readonly json?: boolean;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('Watch a telephone call of about 40 s being transcribed; needs nothing running.')
    .option('--seed <N>', 'which call; the same number gives the same call', checkedSeed)
    .option('--calm', 'without rollover, failing session and killed worker on the way')
    .option('--json', 'print segments, the known text and a summary as JSON lines at the end')
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('../../demo/run-demo');
      await runDemo(options);
    });
}

function checkedSeed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= MAX_SEED) return value;
  throw new InvalidArgumentError(`Give a whole number from 0 to ${MAX_SEED}.`);
}

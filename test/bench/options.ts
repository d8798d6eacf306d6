import { Command, InvalidArgumentError, Option } from 'commander';

export const BENCHES = ['demux', 'calls', 'start', 'catch-up', 'bill', 'soak'] as const;
export type BenchName = (typeof BENCHES)[number];

export interface BenchOptions {
  /** Benches to run; all but the soak when none is named. */
  readonly only: readonly BenchName[];
  readonly json: boolean;
  /** The figures as `--json` gives them go into this file, too. */
  readonly out?: string;
  /** Everything small: shows that the benches run, measures nothing. */
  readonly quick: boolean;
  /** Numbers of calls at which is measured, rising. */
  readonly calls?: readonly number[];
  /** Length of a measured window. */
  readonly seconds: number;
  readonly tls?: 'on' | 'off';
  /** The loop of the bare SDK, and `ebml` in the worker's place, are left out. */
  readonly alone: boolean;
  readonly cpuProf?: string;
  /** Length of the soak. */
  readonly minutes: number;
}

/** Reads the command line; prints help or what is wrong with it and exits by itself. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description(
      'Measures the worker, unchanged and alone on one core, against services that run on the ' +
        'other. docs/performance.md says what each figure means. Exit code 0: everything ran; ' +
        'whether a figure meets its target is in the table.',
    )
    .addOption(
      new Option('--only <NAMES>', `one bench, or several with commas: ${BENCHES.join(', ')}`)
        .argParser(benchNames)
        .default(
          BENCHES.filter((name) => name !== 'soak'),
          'all but the soak',
        ),
    )
    .option('--json', 'one JSON object per figure on standard output, nothing else there', false)
    .option('--out <FILE>', 'the figures, as --json gives them, are added to a file, too')
    .option('--quick', 'each bench as short as it can be, side by side: shows that they run', false)
    .option('--calls <N,N>', 'calls: measure at these numbers of calls', numbers)
    .option('--seconds <S>', 'calls: length of a measured window', positive, 30)
    .addOption(new Option('--tls <HOW>', 'calls: only with, or without').choices(['on', 'off']))
    .option('--alone', 'calls: only the worker, nothing beside it', false)
    .option('--cpu-prof <DIR>', 'calls: CPU profile of each window goes into the folder')
    .option('--minutes <M>', 'soak: its length', positive, 30);
  command.parse(argv);
  const options = command.opts<BenchOptions>();
  const isNamed = command.getOptionValueSource('only') === 'cli';
  return options.quick && !isNamed ? { ...options, only: BENCHES } : options;
}

function benchNames(text: string): BenchName[] {
  return text.split(',').map((name) => {
    const found = BENCHES.find((each) => each === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be of ${BENCHES.join(', ')}.`);
  });
}

function numbers(text: string): number[] {
  const found = text.split(',').map(Number);
  const isRising = found.every((number, at) => at === 0 || number > (found[at - 1] ?? 0));
  if (isRising && found.every((number) => Number.isInteger(number) && number > 0)) return found;
  throw new InvalidArgumentError('It must be whole numbers, rising, with commas.');
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1440) return value;
  throw new InvalidArgumentError('It must be a number above 0, 1440 at most.');
}

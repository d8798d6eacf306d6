import { Command, InvalidArgumentError, Option } from 'commander';

import { APART_NAMES, KINDS, KIND_NAMES, ROWS } from './plan/kinds';
import { SABOTAGES } from './sabotage/sabotage';
import type { SabotageName } from './sabotage/sabotage';

/** `long`: an hour's calls, and ten minutes without a bus. */
export const PARTS = ['long', 'seeds', 'matrix', 'sabotage'] as const;
export type Part = (typeof PARTS)[number];

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly calls: number;
  readonly only: readonly string[];
  readonly out?: string;
  readonly sabotage?: SabotageName;
  readonly workers: number;
  readonly callSeconds: number;
  readonly speed?: number;
  readonly channels?: 1 | 2;
  readonly matrix: boolean;
  readonly full: boolean;
  readonly part: readonly Part[];
  readonly resume: boolean;
  readonly maxRss?: number;
  readonly struck: number;
  readonly jobs: number;
  readonly verbose: boolean;
}

/** Reads the command line; prints help or what is wrong with it and exits by itself. */
export function parseOptions(argv: readonly string[]): ChaosOptions {
  const command = new Command('npm run chaos --')
    .description(
      'Plays calls of random DTMF symbols through real worker processes while faults strike, and ' +
        'compares the call log and a live subscriber with the truth. Exit code 0: nothing was ' +
        'lost, doubled, shifted or foreign, and every kind of fault that was asked for struck.',
    )
    .option('--seed <S>', 'draws calls and faults; the same seed, the same faults', whole(0), 1)
    .option('--minutes <M>', 'new calls begin for so long; 0: one call in each place', minutes, 3)
    .option('--calls <N>', 'calls at the same time', whole(1, 500), 12)
    .option(
      '--only <KIND>',
      'only this kind of fault, or several with commas; of a matrix, too',
      kindNames,
      [],
    )
    .option('--out <DIR>', 'writes truth, log, received events and report into the folder')
    .addOption(
      new Option('--sabotage <HOW>', 'breaks the pipeline on purpose: must end in 1').choices([
        ...SABOTAGES,
      ]),
    )
    .option('--workers <N>', 'worker processes', whole(1, 16), 3)
    .option('--call-seconds <S>', 'length of a call, more or less', positive, 25)
    .option('--speed <X>', 'seconds of audio played in a second; default 2 or 3, by call', positive)
    .option(
      '--channels <N>',
      'channels of every call, 1 or 2; default: most have two',
      channelCount,
    )
    .option('--matrix', 'each kind of fault alone, until it has struck --struck calls', false)
    .option('--full', 'all that docs/reliability.md claims, at most 75 minutes', false)
    .option('--part <PART>', `only these parts of --full: ${PARTS.join(', ')}`, partNames, [])
    .option(
      '--resume',
      'runs of --matrix or --full that passed into the same --out are kept',
      false,
    )
    .option('--max-rss <MB>', 'no worker may ever have more memory than this', positive)
    .option('--struck <N>', 'calls that each kind of the matrix has to strike', whole(1, 400), 50)
    .option('--jobs <N>', 'runs side by side in --matrix and --full', whole(1, 8), 2)
    .option('--verbose', 'warnings of the workers go to standard error', false)
    .addHelpText('after', kindsHelp);
  command.parse(argv);
  const options = command.opts<ChaosOptions>();
  const { full, part, only } = options;
  if (full && only.length > 0 && part.length > 0 && !part.includes('matrix')) {
    command.error('error: --only chooses kinds of the matrix, which --part leaves out');
  }
  return options;
}

function kindsHelp(): string {
  const lines = ROWS.map((row) => {
    const names = KIND_NAMES.filter((name) => KINDS[name]?.row === row);
    return `  ${row}: ${names.join(', ')}`;
  });
  lines.push(`  only when asked for: ${APART_NAMES.join(', ')}`);
  return `\nKinds of faults:\n${lines.join('\n')}`;
}

function channelCount(text: string): 1 | 2 {
  if (text !== '1' && text !== '2') throw new InvalidArgumentError('It is 1 or 2.');
  return text === '1' ? 1 : 2;
}

function kindNames(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => KINDS[name] === undefined);
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`"${unknown}" is no kind of fault; --help lists them.`);
  }
  return names;
}

function partNames(text: string): Part[] {
  return text.split(',').map((name) => {
    const part = PARTS.find((each) => each === name);
    if (part === undefined) throw new InvalidArgumentError(`The parts are ${PARTS.join(', ')}.`);
    return part;
  });
}

function minutes(text: string): number {
  return text.trim() === '0' ? 0 : positive(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 86_400) return value;
  throw new InvalidArgumentError('It must be a number above 0, 86400 at most.');
}

function whole(from: number, to = 2 ** 31): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };
}

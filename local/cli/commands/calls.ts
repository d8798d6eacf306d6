import type { Command } from 'commander';

import { CliError, EXIT } from '../cli-error';
import { dynamoDbClient, requireSystem, withService } from '../clients';
import { localEnvironment } from '../environment';
import { formatCallsTable } from '../format/calls-table';
import { coloursFor, jsonLine } from '../output/terminal';
import { writeOut } from '../output/write-out';
import { callsOfDay, isDay, newestCalls } from '../store/call-list';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 10_000;

interface Options {
  readonly day?: string;
  readonly json?: boolean;
  readonly limit: number;
}

export function registerCalls(program: Command): void {
  program
    .command('calls')
    .description('List calls, newest first.')
    .option('--day <YYYY-MM-DD>', 'only the calls of this UTC day', checkedDay)
    .option('--limit <N>', 'at most so many', checkedLimit, DEFAULT_LIMIT)
    .option('--json', 'one JSON object a line')
    .action(listCalls);
}

async function listCalls(options: Options): Promise<void> {
  const env = localEnvironment(process.env, process.cwd());
  const { CALLS_TABLE } = requireSystem(env, ['CALLS_TABLE']);
  const db = await dynamoDbClient(env);
  const calls = await withService('DynamoDB', env, () =>
    options.day === undefined
      ? newestCalls(db, CALLS_TABLE, options.limit, Date.now())
      : callsOfDay(db, CALLS_TABLE, options.day, options.limit),
  );
  if (options.json === true) {
    for (const { day: _day, ...call } of calls) await writeOut(jsonLine(call));
    return;
  }
  if (calls.length === 0) {
    process.stderr.write(`no calls${options.day === undefined ? '' : ` on ${options.day}`}\n`);
    return;
  }
  const colours = coloursFor(process.stdout, process.env);
  for (const line of formatCallsTable(calls, colours)) await writeOut(line);
}

function checkedDay(text: string): string {
  if (isDay(text)) return text;
  throw new CliError(EXIT.usage, '--day takes a date such as 2026-01-31');
}

function checkedLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new CliError(EXIT.usage, `--limit takes a whole number from 1 to ${MAX_LIMIT}`);
}

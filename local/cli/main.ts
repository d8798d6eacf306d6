import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command, CommanderError } from 'commander';

import { CallscribeError, type ErrorCode } from '../../shared/errors';
import { projectRoot } from '../system/project-root';
import { CliError, EXIT, type ExitCode } from './cli-error';
import { registerCall } from './commands/call';
import { registerCalls } from './commands/calls';
import { registerDelete } from './commands/delete';
import { registerDemo } from './commands/demo';
import { registerDoctor } from './commands/doctor';
import { registerLocal } from './commands/local';
import { registerTail } from './commands/tail';
import { registerTranscribe } from './commands/transcribe';
import { registerTranscript } from './commands/transcript';

/** In the order of the help. */
const COMMANDS = [
  registerDemo,
  registerLocal,
  registerCall,
  registerTranscript,
  registerTranscribe,
  registerTail,
  registerCalls,
  registerDelete,
  registerDoctor,
];

/** What the user can put right by asking differently; everything else is a failure. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  'bad-configuration',
  'bad-request',
  'bad-audio',
]);

/** Runs one command line and ends the process: 0 done, 1 failed, 2 wrong usage or input. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever read our output has seen enough: a quiet end.
  process.stdout.on('error', (reason: NodeJS.ErrnoException) => {
    if (reason.code === 'EPIPE') process.exit();
  });
  // A bug in a stand-in or a command: still one sentence, and an end that everybody notices.
  process.on('uncaughtException', (reason) => process.exit(report(reason)));
  let exitCode: ExitCode | undefined;
  try {
    await createProgram().parseAsync(argv);
  } catch (reason) {
    exitCode = report(reason);
  }
  process.exitCode = exitCode ?? process.exitCode ?? EXIT.ok;
  // Sockets kept alive by SDK clients must not hold up the end; output must be out before it.
  await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit();
}

/** The whole command line; what is wrong with one is thrown. */
export function createProgram(): Command {
  const program = new Command('callscribe')
    .description('Live transcription of phone calls, on one machine or against AWS.')
    .version(packageVersion(), '--version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const register of COMMANDS) register(program);
  return program;
}

/** Prints one sentence for anything thrown and returns the exit code. */
function report(reason: unknown): ExitCode {
  if (reason instanceof CommanderError) {
    // Help and version come this way too.
    if (reason.exitCode === 0) return EXIT.ok;
    if (reason.code !== 'commander.help') {
      const sentence = reason.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
      complain(`${sentence}; \`callscribe --help\` lists commands and options`);
    }
    return EXIT.usage;
  }
  if (reason instanceof CliError) {
    complain(reason.message, reason);
    return reason.exitCode;
  }
  if (reason instanceof CallscribeError) {
    complain(reason.message, reason);
    return USAGE_CODES.has(reason.code) ? EXIT.usage : EXIT.failed;
  }
  const name = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  complain(`${name} (CALLSCRIBE_DEBUG=1 shows where)`, reason);
  return EXIT.failed;
}

function complain(sentence: string, reason?: unknown): void {
  process.stderr.write(`callscribe: ${sentence.replace(/\s*\n\s*/g, ' ')}\n`);
  if (process.env.CALLSCRIBE_DEBUG && reason instanceof Error) {
    process.stderr.write(`${reason.stack ?? ''}\n`);
    if (reason.cause instanceof Error) process.stderr.write(`cause: ${reason.cause.stack ?? ''}\n`);
  }
}

function packageVersion(): string {
  const file = readFileSync(join(projectRoot(), 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

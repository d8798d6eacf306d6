import type { Command } from 'commander';

export function registerLocal(program: Command): void {
  program.command('local').description('Run the stand-ins and the worker until Ctrl-C.');
}

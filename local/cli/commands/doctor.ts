import type { Command } from 'commander';

import { EXIT } from '../cli-error';
import { localEnvironment } from '../environment';
import { coloursFor, jsonLine } from '../output/terminal';
import { writeOut } from '../output/write-out';

interface Options {
  readonly json?: boolean;
  readonly billable?: boolean;
  readonly stream?: string;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check credentials, region, clock, endpoints, permissions; say what to fix.')
    .option('--stream <NAME>', 'try reading this Kinesis video stream (name or ARN)')
    .option('--billable', 'hold a real session with Transcribe: billed as 15 s, about USD 0.006')
    .option('--json', 'one JSON object')
    .action(examineAll);
}

async function examineAll({ json, billable, stream }: Options): Promise<void> {
  // The SDK's packages are loaded by the commands that use them only.
  const { runDoctor } = await import('../doctor/run-doctor');
  const { reportLines, summaryLine } = await import('../doctor/report');
  const env = localEnvironment(process.env, process.cwd());
  const findings = await runDoctor({ env, billable, stream });
  const isWell = findings.every(({ status }) => status !== 'failed');
  if (json === true) {
    await writeOut(jsonLine({ ok: isWell, findings }));
  } else {
    const colours = coloursFor(process.stdout, process.env);
    for (const line of reportLines(findings, colours)) await writeOut(line);
    process.stderr.write(summaryLine(findings));
  }
  process.exitCode = isWell ? EXIT.ok : EXIT.failed;
}

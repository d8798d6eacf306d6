import type { Command } from 'commander';

import { EVENT_SOURCE } from '../../../shared/events';
import { checkedCallId } from '../call-id';
import { CliError, EXIT } from '../cli-error';
import { dynamoDbClient, requireSystem, serviceError } from '../clients';
import { localEnvironment } from '../environment';
import { subscribe } from '../store/bus-events';
import { callLogReader } from '../store/call-log';
import { followAll, followCall, type FollowSources } from '../tail/follow';
import { ItemPrinter } from '../tail/print-items';

interface Options {
  readonly json?: boolean;
  readonly partials?: boolean;
}

export function registerTail(program: Command): void {
  program
    .command('tail')
    .description('Show calls while they are spoken; with an ID one call from beginning to end.')
    .argument('[ID]', 'call id; without it everything that happens from now on')
    .option('--json', 'one JSON object a line')
    .option('--partials', 'with --json: also partial results')
    .action(tail);
}

async function tail(id: string | undefined, options: Options): Promise<void> {
  const callId = id === undefined ? undefined : checkedCallId(id);
  const env = localEnvironment(process.env, process.cwd());
  const variables = requireSystem(env, [
    'AWS_ENDPOINT_URL_EVENTBRIDGE',
    'EVENT_BUS_NAME',
    'CALL_LOG_TABLE',
  ]);
  const db = await dynamoDbClient(env);
  const sources: FollowSources = {
    subscribe: () =>
      subscribe({
        endpoint: variables.AWS_ENDPOINT_URL_EVENTBRIDGE,
        bus: variables.EVENT_BUS_NAME,
        pattern: { source: [EVENT_SOURCE], ...(callId && { detail: { callId: [callId] } }) },
      }),
    openLog: (of) => callLogReader(db, variables.CALL_LOG_TABLE, of),
  };
  const printer = new ItemPrinter({
    isJson: options.json === true,
    withPartials: options.partials === true,
    withCallId: callId === undefined,
    stream: process.stdout,
    env: process.env,
  });
  const items =
    callId === undefined
      ? followAll(sources)
      : followCall(callId, sources, () => process.stderr.write(`waiting for call ${callId}\n`));
  try {
    for await (const item of items) {
      await printer.print(item);
      if (item.type === 'failed' && callId !== undefined) process.exitCode = EXIT.failed;
      if (item.type === 'completed') process.exitCode = EXIT.ok;
    }
  } catch (reason) {
    if (reason instanceof CliError) throw reason;
    throw serviceError('the local system', env, reason);
  } finally {
    printer.close();
  }
}

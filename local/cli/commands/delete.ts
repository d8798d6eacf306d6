import { createInterface } from 'node:readline/promises';

import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';

import { isPlayedStream } from '../../player/call-stream';
import { checkedCallId } from '../call-id';
import { CliError, EXIT } from '../cli-error';
import {
  dynamoDbClient,
  kinesisVideoClient,
  requireSystem,
  withService,
  type SystemEnvironment,
} from '../clients';
import { localEnvironment } from '../environment';
import { findCall } from '../store/call-list';
import { callLogReader, isFinished } from '../store/call-log';
import { deleteCall, type DeleteTables } from '../store/delete-call';

interface Options {
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** What there is of a call, as far as deleting it needs to know. */
interface Found {
  readonly isLive: boolean;
  readonly streamArns: readonly string[];
}

export function registerDelete(program: Command): void {
  program
    .command('delete')
    .description('Remove a call everywhere: its log with the transcript, its place in the list.')
    .argument('<ID>', 'call id')
    .option('-y, --yes', 'do not ask')
    .option('--force', 'also when the call is live or its log cannot be read')
    .action(async (id: string, options: Options) => {
      const callId = checkedCallId(id);
      const env = localEnvironment(process.env, process.cwd());
      const variables = requireSystem(env, ['CALL_LOG_TABLE', 'CALLS_TABLE']);
      const tables = { callLog: variables.CALL_LOG_TABLE, calls: variables.CALLS_TABLE };
      const db = await dynamoDbClient(env);
      const found = await withService('DynamoDB', env, () =>
        lookUp(db, tables, callId, options.force === true),
      );
      if (found.isLive && options.force !== true) {
        throw new CliError(
          EXIT.failed,
          `call ${callId} is live; wait for its end, or delete it all the same with --force`,
        );
      }
      if (options.yes !== true) await confirm(callId);
      const records = await withService('DynamoDB', env, () => deleteCall(db, tables, callId));
      await deleteStreams(found.streamArns, env);
      process.stdout.write(`deleted call ${callId}: ${records} log records\n`);
    });
}

async function lookUp(
  db: DynamoDB,
  tables: DeleteTables,
  callId: string,
  isForced: boolean,
): Promise<Found> {
  const item = await findCall(db, tables.calls, callId);
  const recent = await callLogReader(db, tables.callLog, callId)
    .recent()
    .catch((reason: unknown) => {
      if (isForced) return [];
      throw reason;
    });
  const [last] = recent;
  if (item === undefined && last === undefined && !isForced) {
    throw new CliError(EXIT.failed, `no call ${callId}; \`callscribe calls\` lists them`);
  }
  const isWaiting = item?.status === 'waiting' || item?.status === 'live';
  const legs = last?.state.legs ?? item?.legs ?? [];
  return {
    isLive: last === undefined ? isWaiting : !isFinished(recent),
    streamArns: [...new Set(legs.map((leg) => leg.streamArn))],
  };
}

/** The audio of a played call is in a stream of its own; Connect's streams are never touched. */
async function deleteStreams(streamArns: readonly string[], env: SystemEnvironment): Promise<void> {
  const played = streamArns.filter(isPlayedStream);
  if (played.length === 0 || !env.AWS_ENDPOINT_URL_KINESIS_VIDEO) return;
  const kinesisVideo = await kinesisVideoClient(env);
  for (const StreamARN of played) {
    await withService('Kinesis Video', env, () =>
      kinesisVideo.deleteStream({ StreamARN }).catch((reason: Error) => {
        if (reason.name !== 'ResourceNotFoundException') throw reason;
      }),
    );
  }
}

async function confirm(callId: string): Promise<void> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new CliError(EXIT.usage, 'nobody to ask here: pass --yes to delete without asking');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Delete call ${callId} for good? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new CliError(EXIT.failed, 'nothing was deleted');
}

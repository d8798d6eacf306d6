import { openSource } from '../player/open-source';
import type { CallSource } from '../player/call-source';
import { playCall, type PlayedCall, type PlayServices } from '../player/play-call';
import { checkedCallId, newCallId } from './call-id';
import { CliError, EXIT } from './cli-error';
import {
  dynamoDbClient,
  eventBridgeClient,
  kinesisVideoClient,
  requireSystem,
  serviceError,
  sqsClient,
  withService,
} from './clients';
import { requestOptions, wavEncoding, type CallCommandOptions } from './commands/call';
import { localEnvironment } from './environment';
import { failureText, summaryObject, summaryText } from './format/call-summary';
import { formatLength } from './format/position';
import { StatusLine } from './output/status-line';
import { jsonLine } from './output/terminal';
import { writeOut } from './output/write-out';
import { callLogReader } from './store/call-log';
import { CallWatch } from './store/call-watch';
import { findCall } from './store/call-list';
import { waitForEnd } from './wait-for-end';

/** How often the log is looked at while the call is played: for progress and early failures. */
const LOOK_MS = 1000;
/** What shells report for an interrupted command. */
const INTERRUPTED_EXIT_CODE = 130;

/** `callscribe call`: plays the file, waits for the call's end in the log, prints the outcome. */
export async function runCall(file: string, options: CallCommandOptions): Promise<void> {
  const callId =
    options.callId === undefined
      ? newCallId(Date.now(), Math.random)
      : checkedCallId(options.callId);
  // A file that cannot be played is worth saying also when no system is running.
  const source = await openSource(file, wavEncoding(options.codec));
  try {
    const env = localEnvironment(process.env, process.cwd());
    const variables = requireSystem(env, [
      'AWS_ENDPOINT_URL_KINESIS_VIDEO',
      'CALLS_QUEUE_URL',
      'CALLS_TABLE',
      'CALL_LOG_TABLE',
      'EVENT_BUS_NAME',
    ]);
    const db = await dynamoDbClient(env);
    const log = callLogReader(db, variables.CALL_LOG_TABLE, callId);
    await withService('DynamoDB', env, async () => {
      const [record] = await log.recent();
      const known = record ?? (await findCall(db, variables.CALLS_TABLE, callId));
      if (known === undefined) return;
      throw new CliError(EXIT.usage, `call ${callId} exists already; choose another --call-id`);
    });
    const services: PlayServices = {
      kinesisVideo: await kinesisVideoClient(env),
      sqs: await sqsClient(env),
      eventBridge: await eventBridgeClient(env),
    };
    const watch = new CallWatch(log);
    const status = new StatusLine(process.stderr);
    const played = await playWatched(source, {
      callId,
      options,
      services,
      variables,
      watch,
      status,
    })
      .catch((reason: unknown) => {
        throw serviceError('the local system', env, reason);
      })
      .finally(() => status.clear());
    await finish(callId, options, { source, watch, status, played, env });
  } finally {
    await source.close();
  }
}

interface Playing {
  readonly callId: string;
  readonly options: CallCommandOptions;
  readonly services: PlayServices;
  readonly variables: { readonly CALLS_QUEUE_URL: string; readonly EVENT_BUS_NAME: string };
  readonly watch: CallWatch;
  readonly status: StatusLine;
}

/** Plays the source; stops when the call has failed meanwhile, or at the first Ctrl-C. */
async function playWatched(source: CallSource, playing: Playing): Promise<PlayedCall> {
  const { callId, options, services, variables, watch, status } = playing;
  const hangUp = new AbortController();
  const release = hangUpOnSignal(hangUp, status);
  let playedMs = 0;
  const show = (): void => {
    const position = `${formatLength(playedMs)} / ${formatLength(source.durationMs)}`;
    status.show(`playing ${callId}  ${position}  ${watch.segments} segments`);
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    // One look at a time; one that fails does not end the call, the wait afterwards tells.
    looking ??= watch
      .poll()
      .then(
        () => {
          if (watch.end !== undefined) hangUp.abort();
        },
        () => undefined,
      )
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MS);
  try {
    return await playCall({
      source,
      callId,
      speed: options.speed,
      services,
      queueUrl: variables.CALLS_QUEUE_URL,
      eventBusName: variables.EVENT_BUS_NAME,
      callOptions: requestOptions(options),
      hangUp: hangUp.signal,
      onPosition: (endMs) => {
        playedMs = endMs;
        show();
      },
    });
  } finally {
    clearInterval(timer);
    release();
    await looking;
  }
}

/** The first signal hangs up, so that the call ends well; a second one leaves at once. */
function hangUpOnSignal(hangUp: AbortController, status: StatusLine): () => void {
  const onSignal = (): void => {
    if (hangUp.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    status.clear();
    process.stderr.write('hanging up; once more to leave without waiting for the transcript\n');
    hangUp.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
}

async function finish(
  callId: string,
  options: CallCommandOptions,
  outcome: {
    readonly source: CallSource;
    readonly watch: CallWatch;
    readonly status: StatusLine;
    readonly played: PlayedCall;
    readonly env: Record<string, string>;
  },
): Promise<void> {
  const { watch, status, played, env } = outcome;
  const end = await withService('DynamoDB', env, () =>
    waitForEnd(watch, {
      callId,
      timeoutMs: options.timeout * 1000,
      onLook: () =>
        status.show(`played ${callId}, waiting for its end  ${watch.segments} segments`),
      note: (sentence) => {
        status.clear();
        process.stderr.write(`${sentence}\n`);
      },
    }),
  ).finally(() => status.clear());
  const summary = {
    callId,
    end,
    segments: watch.segments,
    gaps: watch.gaps,
    playedMs: played.endTimeMs - played.startTimeMs,
    streamArn: played.streamArn,
  };
  await writeOut(options.json === true ? jsonLine(summaryObject(summary)) : summaryText(summary));
  if (end.type === 'failed') throw new CliError(EXIT.failed, failureText(callId, end));
}

import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import { Ticker, systemClock, type Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import { createLogger } from '../../shared/logger';
import { CredentialsWatch } from './credentials-watch';
import { createClients, type Clients } from './clients';
import { readConfig, type WorkerConfig } from './config';
import { ActiveCalls } from './intake/active-calls';
import { runHeartbeat } from './intake/heartbeat';
import { CallMessages } from './intake/messages';
import { startPolling } from './intake/poll';
import { LeanMediaReader } from './kvs/lean-media-reader';
import type { MediaReader } from './kvs/media-request';
import { MediaSource } from './kvs/media-source';
import { SdkMediaReader } from './kvs/sdk-media-reader';
import { CallLog } from './log/call-log';
import { CallView } from './log/call-view';
import { createWorkerMetrics, meterSessions } from './metrics';
import { EventBus } from './publish/event-bus';
import { SelfProtection } from './self-protection/self-protection';
import { SessionStarts } from './session-starts';
import { leanSessions } from './transcribe/lean/open-lean-session';
import { openSdkSession } from './transcribe/sdk-session';
import type { OpenSession } from './transcribe/session';
import { Worker } from './worker';

/** How often readers tell where they stand while nothing comes. */
const TICK_MS = 500;
/** After SIGTERM everything is let go within this time, finished or not. */
const EXIT_DEADLINE_MS = 10_000;
const EXIT_BAD_CONFIGURATION = 2;

void main();

async function main(): Promise<void> {
  let config: WorkerConfig;
  try {
    config = readConfig(process.env);
  } catch (reason) {
    process.stderr.write(`callscribe worker: ${CallscribeError.from(reason).message}\n`);
    process.exit(EXIT_BAD_CONFIGURATION);
  }
  await run(config);
}

async function run(config: WorkerConfig): Promise<void> {
  const clock = systemClock;
  const workerId = randomUUID();
  const logger = createLogger(config.logLevel).child({ worker: workerId.slice(0, 8) });
  const clients = createClients(config.region, config.callsQueueUrl);
  const retentionSeconds = config.retentionDays * 86_400;
  const calls = new ActiveCalls(config.maxCalls);
  const { sqs, extendBatch, batchGetItem } = clients;
  const { callsQueueUrl, deadLetterQueueUrl } = config;
  const messages = new CallMessages(sqs, callsQueueUrl, deadLetterQueueUrl, { extendBatch });
  const view = new CallView(clients.dynamoDb, config.callsTable, logger, batchGetItem);
  const media = new MediaSource(clients.kinesisVideo, mediaReader(config, clients));
  const startsPerSecond = () => config.sessionStartsPerSecond;
  const starts = new SessionStarts(startsPerSecond, clock);
  const ticker = new Ticker(TICK_MS, clock);
  const drain = new AbortController();
  // Every call listens to it, several times.
  setMaxListeners(0, drain.signal);
  const protection = new SelfProtection({
    clock,
    calls: () => calls.size,
    onChange: (isOpen, delayMs) =>
      logger.warn(
        { calls: calls.size, delayMs },
        isOpen ? 'calls are taken again' : 'too busy to take more calls',
      ),
  });
  // Calls are taken as fast as their sessions may begin: the others would only wait here.
  const takesPerSecond = () => startsPerSecond() * protection.gate.share;
  const takes = new SessionStarts(takesPerSecond, clock);
  const metrics = createWorkerMetrics({
    namespace: config.metricsNamespace,
    capacity: () => (protection.gate.isOpen ? config.maxCalls : Math.max(1, calls.size)),
    clock,
    eventLoopLagMs: () => protection.takeLoopLagMs(),
    latenessMs: () => protection.takeLatenessMs(),
  });
  const credentials = new CredentialsWatch(() => clients.transcribe.config.credentials(), clock);

  const worker = new Worker({
    workerId,
    config,
    calls,
    messages,
    view,
    log: new CallLog(clients.dynamoDb, config.callLogTable, retentionSeconds, {}, clients.putItem),
    bus: new EventBus(clients.eventBridge, config.eventBusName, clients.putEvents),
    openMedia: (streamArn, position, signal) => media.open(streamArn, position, signal),
    openSession: meterSessions(sessions(config, clients, clock, ticker), metrics),
    mayStartSession: (signal) => starts.acquire(signal),
    credentialsDeadlineMs: () => credentials.deadlineMs,
    audioWatch: protection,
    clock,
    ticker,
    logger,
    metrics,
    pace: async (signal) => {
      await takes.acquire(signal);
      // A start is work for many chunks, and comes with what was spoken while the call waited.
      await protection.turn();
    },
    drain: drain.signal,
  });
  void protection.run(drain.signal);
  const polling = startPolling({
    sqs: clients.sqs,
    queueUrl: config.callsQueueUrl,
    visibilitySeconds: config.visibilitySeconds,
    calls,
    logger,
    signal: drain.signal,
    takesPerSecond,
    mayTake: () => protection.gate.opened(),
    onMessage: (message) => worker.take(message),
  });
  void runHeartbeat({
    calls,
    messages,
    view,
    clock,
    logger,
    intervalMs: config.heartbeatMs,
    visibilitySeconds: config.visibilitySeconds,
    signal: drain.signal,
  });
  const measure = new AbortController();
  const measured = metrics.run(measure.signal);
  logger.info({ maxCalls: config.maxCalls }, 'worker ready');

  const stop = () => {
    if (drain.signal.aborted) return;
    logger.info({ calls: calls.size }, 'worker stops; its calls are handed over');
    drain.abort();
    calls.wake();
    polling.stop();
    setTimeout(() => process.exit(1), EXIT_DEADLINE_MS).unref();
    void worker.stopped().then(async () => {
      measure.abort();
      await measured;
      logger.info({}, 'worker stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (reason) => {
    const error = CallscribeError.from(reason);
    logger.error({ code: error.code }, 'a promise was rejected that nobody awaited');
  });
}

function mediaReader(config: WorkerConfig, clients: Clients): MediaReader {
  return config.mediaReader === 'sdk'
    ? new SdkMediaReader((endpoint) => clients.media(endpoint))
    : new LeanMediaReader(() => clients.mediaSigner());
}

function sessions(
  config: WorkerConfig,
  { transcribe }: Clients,
  clock: Clock,
  ticker: Ticker,
): OpenSession {
  return config.transcribeWriter === 'sdk'
    ? (settings) => openSdkSession(transcribe, settings, clock)
    : leanSessions({ client: transcribe, clock, ticker });
}

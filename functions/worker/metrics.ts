import { Metrics } from '@aws-lambda-powertools/metrics';

import type { Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import { METRIC_DIMENSION, METRICS, type MetricKey } from '../../shared/metric-names';
import type { OpenSession } from './transcribe/session';

const MINUTE_MS = 60_000;
/** How often it is looked whether a minute is over. */
const LOOK_MS = 1_000;
/** The library's warnings are about a clock that is days off; a worker's log says enough then. */
const NO_LOGGER = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What one call tells while this worker has it. */
export interface CallMetrics {
  /** How far one of the call's readers is behind its stream's live edge; the last word stands. */
  behindLive(ms: number): void;
  /** Audio was recorded as a gap. */
  gap(ms: number): void;
  /** Records of the call that wait for the event bus; the last word stands. */
  publishBacklog(records: number): void;
  /** The call is no longer this worker's. Only the first word counts. */
  end(outcome: 'completed' | 'failed' | 'let-go'): void;
}

export interface WorkerMetrics {
  callTaken(): CallMetrics;
  sessionStarted(): void;
  sessionEnded(): void;
  sessionRefused(): void;
  /** Writes one line a minute, and the rest when the signal aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

export interface WorkerMetricsOptions {
  /** CloudWatch namespace; without one nothing is written. */
  readonly namespace: string | undefined;
  /** Calls that the worker can have, as far as is known now. */
  readonly capacity: () => number;
  readonly clock: Clock;
  /** Takes one line of CloudWatch embedded metric format, newline included. */
  readonly write?: (line: string) => void;
  /** 99th percentile of the event loop's lag since it was last asked. */
  readonly eventLoopLagMs: () => number;
  /** The same of how late chunks were sent to Transcribe. */
  readonly latenessMs: () => number;
}

interface CallState {
  behindLiveMs: number;
  backlog: number;
}

/**
 * Metrics of one worker. A line stands for one minute of the wall clock and holds each metric
 * once, so that the sum over workers of a minute is what all of them had. It holds numbers only.
 */
export function createWorkerMetrics(options: WorkerMetricsOptions): WorkerMetrics {
  const { clock, namespace } = options;
  const write = options.write ?? ((line) => void process.stdout.write(line));
  const calls = new Set<CallState>();
  let sessions = 0;
  let minute = minuteOf(clock);
  let values = zeros();

  const peak = (key: MetricKey, value: number) => {
    values[key] = Math.max(values[key], value);
  };
  const total = (of: (call: CallState) => number) => {
    let sum = 0;
    for (const call of calls) sum += of(call);
    return sum;
  };
  /** What stands goes into the minute, also when nothing was said in it. */
  const sample = () => {
    peak('activeCalls', calls.size);
    peak('activeSessions', sessions);
    peak(
      'publishBacklog',
      total((call) => call.backlog),
    );
    for (const call of calls) peak('behindLiveMs', call.behindLiveMs);
  };
  const flush = () => {
    sample();
    values.callCapacity = options.capacity();
    values.eventLoopLagMs = options.eventLoopLagMs();
    values.latenessMs = options.latenessMs();
    if (namespace !== undefined) write(embeddedLine(namespace, minute * MINUTE_MS, values));
    values = zeros();
  };

  return {
    callTaken: () => {
      const call: CallState = { behindLiveMs: 0, backlog: 0 };
      calls.add(call);
      peak('activeCalls', calls.size);
      return {
        behindLive: (ms) => {
          call.behindLiveMs = Math.max(0, ms);
          peak('behindLiveMs', call.behindLiveMs);
        },
        gap: (ms) => (values.gapSeconds += Math.max(0, ms) / 1000),
        publishBacklog: (records) => (call.backlog = records),
        end: (outcome) => {
          if (!calls.delete(call)) return;
          if (outcome === 'completed') values.completedCalls += 1;
          if (outcome === 'failed') values.failedCalls += 1;
        },
      };
    },
    sessionStarted: () => {
      sessions += 1;
      values.startedSessions += 1;
      peak('activeSessions', sessions);
    },
    sessionEnded: () => (sessions -= 1),
    sessionRefused: () => (values.refusedSessions += 1),
    run: async (signal) => {
      while (!signal.aborted) {
        await clock.sleep(LOOK_MS, signal);
        sample();
        const now = minuteOf(clock);
        if (now === minute) continue;
        flush();
        minute = now;
      }
      flush();
    },
  };
}

/** Counts the sessions that `open` opens: from then until they have ended in any way. */
export function meterSessions(open: OpenSession, metrics: WorkerMetrics): OpenSession {
  return (settings) => {
    const session = open(settings);
    let over = false;
    metrics.sessionStarted();
    const ended = () => {
      if (!over) metrics.sessionEnded();
      over = true;
    };
    const refused = (reason: unknown): never => {
      ended();
      if (CallscribeError.from(reason).code === 'quota-exceeded') metrics.sessionRefused();
      throw reason;
    };
    return {
      write: (bytes) => session.write(bytes),
      accepted: session.accepted,
      end: () => session.end(),
      abort: () => {
        session.abort();
        // Whoever lets go may never ask for the results.
        ended();
      },
      results: watched(session.results, ended, refused),
    };
  };
}

/** Passes all through; a generator in between would cost more than what it is there for. */
function watched<T>(
  items: AsyncIterable<T>,
  onEnd: () => void,
  onFailure: (reason: unknown) => never,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]();
      const onResult = (result: IteratorResult<T>) => {
        if (result.done === true) onEnd();
        return result;
      };
      return {
        next: () => iterator.next().then(onResult, onFailure),
        return: async () => {
          onEnd();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function embeddedLine(
  namespace: string,
  timestampMs: number,
  values: Readonly<Record<MetricKey, number>>,
): string {
  const metrics = new Metrics({
    namespace,
    serviceName: METRIC_DIMENSION.value,
    logger: NO_LOGGER,
  });
  metrics.setTimestamp(timestampMs);
  for (const [key, { name, unit }] of Object.entries(METRICS)) {
    metrics.addMetric(name, unit, values[key as MetricKey]);
  }
  return `${JSON.stringify(metrics.serializeMetrics())}\n`;
}

function zeros(): Record<MetricKey, number> {
  const entries = Object.keys(METRICS).map((key) => [key, 0] as const);
  return Object.fromEntries(entries) as Record<MetricKey, number>;
}

/** The wall clock only labels lines; a jump of it makes a line early or late, no value wrong. */
function minuteOf(clock: Clock): number {
  return Math.floor(clock.epochMs() / MINUTE_MS);
}

import type { Result } from '@aws-sdk/client-transcribe-streaming';

import { createWorkerMetrics, meterSessions } from '../../../functions/worker/metrics';
import type { TranscribeSession } from '../../../functions/worker/transcribe/session';
import type { Clock } from '../../../shared/clock';
import { CallscribeError } from '../../../shared/errors';
import { METRICS, type MetricKey } from '../../../shared/metric-names';

const NOON_MS = Date.parse('2026-01-02T12:00:00.000Z');

interface Line extends Record<string, unknown> {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

/** A clock that goes on by each sleep, and does nothing else. */
function fakeClock() {
  let nowMs = NOON_MS;
  const clock: Clock = {
    monotonicMs: () => nowMs,
    epochMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

function prepare(namespace: string | undefined = 'callscribe/test') {
  const lines: Line[] = [];
  const clock = fakeClock();
  const metrics = createWorkerMetrics({
    namespace,
    capacity: () => 200,
    clock,
    eventLoopLagMs: () => 7,
    latenessMs: () => 11,
    write: (line) => lines.push(JSON.parse(line) as Line),
  });
  /** Runs until so many minutes have gone by. */
  const runMinutes = async (count: number) => {
    const stop = new AbortController();
    const untilMs = clock.epochMs() + count * 60_000;
    const timed: Clock = clock;
    const sleep = timed.sleep.bind(timed);
    timed.sleep = async (ms) => {
      await sleep(ms);
      if (timed.epochMs() >= untilMs) stop.abort();
    };
    await metrics.run(stop.signal);
  };
  return { metrics, lines, runMinutes };
}

const valueOf = (line: Line | undefined, key: MetricKey) => line?.[METRICS[key].name];

describe('a line of metrics', () => {
  it('is one object of CloudWatch embedded metrics for one minute, with every metric once', async () => {
    const { lines, runMinutes } = prepare();

    await runMinutes(1);

    const [first] = lines;
    expect(first?._aws.Timestamp).toBe(NOON_MS);
    expect(first?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'callscribe/test',
        Dimensions: [['service']],
        Metrics: Object.values(METRICS).map(({ name, unit }) => ({ Name: name, Unit: unit })),
      },
    ]);
    expect(first).toMatchObject({
      service: 'worker',
      CallCapacity: 200,
      EventLoopLag: 7,
      ChunkLateness: 11,
    });
    for (const { name } of Object.values(METRICS)) expect(typeof first?.[name]).toBe('number');
  });

  it('is written once for each minute', async () => {
    const { lines, runMinutes } = prepare();

    await runMinutes(3);

    const minutes = lines.map((line) => (line._aws.Timestamp - NOON_MS) / 60_000);
    expect(minutes.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('is not written without a namespace', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    stop.abort();
    const metrics = createWorkerMetrics({
      namespace: undefined,
      capacity: () => 1,
      eventLoopLagMs: () => 0,
      latenessMs: () => 0,
      clock: fakeClock(),
      write: (line) => lines.push(line),
    });

    await metrics.run(stop.signal);

    expect(lines).toEqual([]);
  });
});

describe('the metrics of calls', () => {
  it('sum gaps and ends, and start anew with the next minute', async () => {
    const { metrics, lines, runMinutes } = prepare();
    const call = metrics.callTaken();
    call.gap(1500);
    call.gap(500);
    call.end('failed');
    metrics.callTaken().end('completed');

    await runMinutes(2);

    expect(valueOf(lines[0], 'gapSeconds')).toBe(2);
    expect(valueOf(lines[0], 'failedCalls')).toBe(1);
    expect(valueOf(lines[0], 'completedCalls')).toBe(1);
    expect(valueOf(lines[1], 'gapSeconds')).toBe(0);
    expect(valueOf(lines[1], 'failedCalls')).toBe(0);
    expect(valueOf(lines[1], 'completedCalls')).toBe(0);
  });

  it('count a call once however often it ends', async () => {
    const { metrics, lines, runMinutes } = prepare();
    const call = metrics.callTaken();
    call.end('failed');
    call.end('failed');

    await runMinutes(1);

    expect(valueOf(lines[0], 'failedCalls')).toBe(1);
  });

  it('show the furthest reader, also when it falls silent', async () => {
    const { metrics, lines, runMinutes } = prepare();
    metrics.callTaken().behindLive(40_000);
    const quick = metrics.callTaken();
    quick.behindLive(90_000);
    quick.behindLive(100);

    await runMinutes(2);

    expect(valueOf(lines[0], 'behindLiveMs')).toBe(90_000);
    expect(valueOf(lines[1], 'behindLiveMs')).toBe(40_000);
  });

  it('add up what waits for the bus, and forget calls that are let go', async () => {
    const { metrics, lines, runMinutes } = prepare();
    const calls = [metrics.callTaken(), metrics.callTaken()];
    for (const call of calls) call.publishBacklog(30);

    await runMinutes(1);
    for (const call of calls) call.end('let-go');
    await runMinutes(2);

    expect(valueOf(lines[0], 'publishBacklog')).toBe(60);
    expect(valueOf(lines[0], 'activeCalls')).toBe(2);
    expect(valueOf(lines.at(-1), 'publishBacklog')).toBe(0);
    expect(valueOf(lines.at(-1), 'activeCalls')).toBe(0);
  });
});

describe('metered sessions', () => {
  const settings = { sampleRateHz: 8000, channelCount: 2, language: 'en-US', options: {} } as const;

  function session(results: AsyncIterable<readonly Result[]>): TranscribeSession {
    return {
      write: () => Promise.resolve(),
      accepted: Promise.resolve(true),
      end: () => undefined,
      abort: () => undefined,
      results,
    };
  }

  async function* failing(error: CallscribeError): AsyncGenerator<readonly Result[]> {
    yield [];
    await Promise.resolve();
    throw error;
  }

  async function drain(results: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of results);
  }

  it('count a refusal by the quota, and pass the error on', async () => {
    const { metrics, lines, runMinutes } = prepare();
    const refusal = new CallscribeError('quota-exceeded', 'too many sessions');
    const open = meterSessions(() => session(failing(refusal)), metrics);

    await expect(drain(open(settings).results)).rejects.toBe(refusal);
    await runMinutes(2);

    expect(valueOf(lines[0], 'refusedSessions')).toBe(1);
    expect(valueOf(lines[0], 'startedSessions')).toBe(1);
    expect(valueOf(lines[1], 'activeSessions')).toBe(0);
  });

  it('end once when they are let go and their results end too', async () => {
    const { metrics, lines, runMinutes } = prepare();
    const open = meterSessions(
      () => session(failing(new CallscribeError('session-failed', 'let go'))),
      metrics,
    );
    const kept = open(settings);
    const dropped = open(settings);
    dropped.abort();
    await drain(dropped.results).catch(() => undefined);

    await runMinutes(2);
    expect(valueOf(lines[0], 'activeSessions')).toBe(2);
    expect(valueOf(lines[1], 'activeSessions')).toBe(1);
    kept.abort();
  });
});

import { PurgeQueueCommand } from '@aws-sdk/client-sqs';

import { readConfig } from '../../../functions/worker/config';
import { ActiveCalls } from '../../../functions/worker/intake/active-calls';
import { runHeartbeat } from '../../../functions/worker/intake/heartbeat';
import { CallLog } from '../../../functions/worker/log/call-log';
import { CallView } from '../../../functions/worker/log/call-view';
import { Worker, type WorkerDeps } from '../../../functions/worker/worker';
import { CALL_LOG_TABLE_NAME, CALLS_TABLE_NAME } from '../../../local/dynamodb/dynamodb';
import type { CallRequest } from '../../../shared/call';
import { Ticker, type Clock } from '../../../shared/clock';
import { silentLogger } from '../../../shared/logger';
import type { CallEvent, CallRecord, Fact } from '../../../shared/record';
import { until } from '../../support/until';
import { WORKER_ENV } from '../../support/worker-env';
import { startQueue } from '../intake/queue';
import { TTL_SECONDS, startStore, type Store } from '../log/store';
import { mediaOf, type GoldenCall } from '../../story/fake-edges';
import { valueSessions } from '../../story/value-session';

/** Time that passes ten times as fast: what waits for seconds is tested in no time. */
export const FAST_CLOCK: Clock = {
  monotonicMs: () => performance.now() * 10,
  epochMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms / 10);
      if (signal?.aborted) done();
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** A view whose worker can stop showing that it is alive. */
class MutableView extends CallView {
  muted = false;

  override beat(...args: Parameters<CallView['beat']>): Promise<void> {
    return this.muted ? Promise.reject(new Error('muted')) : super.beat(...args);
  }
}

/** A store, a queue and a bus, and workers that run calls on them. */
async function startWorld() {
  const [store, queue] = await Promise.all([startStore(), startQueue()]);
  const events: CallEvent[] = [];
  const bus = {
    isDown: false,
    put: (event: CallEvent): Promise<void> => {
      if (bus.isDown) return new Promise(() => undefined);
      events.push(event);
      return Promise.resolve();
    },
  };
  const calls = new Map<string, GoldenCall>();
  const workers: {
    readonly worker: Worker;
    readonly drain: AbortController;
    readonly active: ActiveCalls;
  }[] = [];

  const openMedia: WorkerDeps['openMedia'] = (streamArn, position, signal) => {
    const all = [...calls.values()].filter(({ request }) =>
      request.legs.some((leg) => leg.streamArn === streamArn),
    );
    return mediaOf({ fragments: all.flatMap(({ fragments }) => fragments) })(
      streamArn,
      position,
      signal,
    );
  };

  function startWorker(workerId: string, changes: Partial<WorkerDeps> = {}) {
    const drain = new AbortController();
    const active = new ActiveCalls(10);
    const view = new MutableView(store.client, CALLS_TABLE_NAME, silentLogger);
    const worker = new Worker({
      workerId,
      config: readConfig(WORKER_ENV),
      calls: active,
      messages: queue.messages(),
      log: new CallLog(store.client, CALL_LOG_TABLE_NAME, TTL_SECONDS, {
        policy: { baseMs: 5, maxMs: 20 },
      }),
      view,
      bus,
      metrics: {
        callTaken: () => ({
          behindLive: () => undefined,
          gap: () => undefined,
          publishBacklog: () => undefined,
          end: () => undefined,
        }),
      },
      openMedia,
      openSession: valueSessions(),
      mayStartSession: () => Promise.resolve(),
      credentialsDeadlineMs: () => null,
      pace: () => Promise.resolve(),
      clock: FAST_CLOCK,
      ticker: new Ticker(50, FAST_CLOCK),
      logger: silentLogger,
      drain: drain.signal,
      ...changes,
    });
    void runHeartbeat({
      calls: active,
      messages: queue.messages(),
      view,
      clock: FAST_CLOCK,
      logger: silentLogger,
      intervalMs: 500,
      visibilitySeconds: 30,
      signal: drain.signal,
    });
    /** Takes what is visible in the queue now; returns what it took. */
    const poll = async () => {
      const received = await queue.receive();
      for (const message of received) await worker.take(message);
      return received;
    };
    const started = {
      worker,
      active,
      drain,
      view,
      poll,
      /** Takes what is visible in the queue now, and resolves once that is done. */
      work: async () => {
        await poll();
        await worker.stopped();
      },
    };
    workers.push(started);
    return started;
  }

  return {
    store,
    queue,
    bus,
    events,
    calls,
    startWorker,
    /** Puts a request into the queue. */
    request: (request: CallRequest | object) => queue.send(JSON.stringify(request)),
    /** Dispatch's word on where a call ends; the heartbeats bring it to the workers. */
    tellEnd: (callId: string, epochMs: number) =>
      store.request('UpdateItem', {
        TableName: CALLS_TABLE_NAME,
        Key: { callId: { S: callId } },
        UpdateExpression: 'SET endTime = :end',
        ExpressionAttributeValues: { ':end': { S: new Date(epochMs).toISOString() } },
      }),
    records: async (callId: string): Promise<readonly CallRecord[]> =>
      (await store.log.page(callId, 1, 1_000)).records,
    /** Resolves once the call's log has such a fact. */
    until: (callId: string, type: Fact['type'], count = 1): Promise<void> =>
      until(async () => {
        const { records } = await store.log.page(callId, 1, 1_000);
        return records.filter(({ fact }) => fact.type === type).length >= count;
      }),
    depth: () => queue.depth(queue.callsQueueUrl),
    parked: () => queue.receive(queue.callsDlqUrl),
    /** Stops the workers and forgets every call. */
    reset: async () => {
      store.faults.disarm();
      for (const { drain } of workers) drain.abort();
      await Promise.all(workers.splice(0).map(({ worker }) => worker.stopped()));
      for (const QueueUrl of [queue.callsQueueUrl, queue.callsDlqUrl]) {
        await queue.client.send(new PurgeQueueCommand({ QueueUrl }));
      }
      await emptyTable(store, CALLS_TABLE_NAME, ['callId']);
      await emptyTable(store, CALL_LOG_TABLE_NAME, ['callId', 'seq']);
      events.length = 0;
      bus.isDown = false;
      calls.clear();
    },
    stop: async () => {
      await Promise.all([store.stop(), queue.stop()]);
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Gives the tests of a file one world, empty for each of them. */
export function withWorld(use: (world: World) => void): void {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    use(world);
  });
  afterEach(() => world.reset());
  afterAll(() => world.stop());
}

async function emptyTable(store: Store, TableName: string, keys: readonly string[]): Promise<void> {
  const { Items } = await store.request('Scan', { TableName });
  for (const item of Items as Record<string, unknown>[]) {
    const Key = Object.fromEntries(keys.map((name) => [name, item[name]]));
    await store.request('DeleteItem', { TableName, Key });
  }
}

import { ActiveCalls, type ActiveCall } from '../../../functions/worker/intake/active-calls';
import { CallControl, type Told } from '../../../functions/worker/intake/call-control';
import { runHeartbeat } from '../../../functions/worker/intake/heartbeat';
import type { HeldMessage } from '../../../functions/worker/intake/messages';
import { silentLogger } from '../../../shared/logger';
import { VirtualClock } from '../../support/virtual-clock';

const HOUR_MS = 3_600_000;

function call(clock: VirtualClock, callId: string, control?: CallControl): ActiveCall {
  const message: HeldMessage = {
    messageId: `m-${callId}`,
    body: '',
    receiptHandle: 'r',
    receivedMs: clock.monotonicMs(),
    settled: false,
  };
  return { callId, message, control, standsBy: false };
}

function setUp(intervalMs = 3_000) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const calls = new ActiveCalls(10);
  const extended: { ids: string[]; seconds: number; atMs: number }[] = [];
  const asked: string[][] = [];
  const told = new Map<string, Told>();
  const warn = jest.fn();
  const edges = {
    extend: (): Promise<number> => Promise.resolve(0),
    told: (): Promise<Map<string, Told>> => Promise.resolve(told),
  };
  const running = runHeartbeat({
    calls,
    messages: {
      extend: (held, seconds) => {
        const ids = held.map(({ messageId }) => messageId);
        extended.push({ ids, seconds, atMs: clock.monotonicMs() });
        return edges.extend();
      },
    },
    view: {
      told: (ids) => {
        asked.push([...ids]);
        return edges.told();
      },
    },
    clock,
    logger: { ...silentLogger, warn },
    intervalMs,
    visibilitySeconds: (intervalMs * 4) / 1000,
    signal: stop.signal,
  });
  /** Lets time pass, then ends the heartbeat. */
  const after = async (ms: number) => {
    await clock.drive(clock.sleep(ms), ms + 1);
    stop.abort();
    await clock.drive(running);
  };
  return { clock, calls, extended, asked, told, warn, edges, after };
}

describe('runHeartbeat', () => {
  it('keeps every message invisible, also of calls that only stand by', async () => {
    const { clock, calls, extended, after } = setUp();
    calls.add(call(clock, 'a'));
    calls.add({ ...call(clock, 'b'), standsBy: true });

    await after(9_500);

    expect(extended.map(({ ids, seconds }) => [ids, seconds])).toEqual(
      Array(3).fill([['m-a', 'm-b'], 12]),
    );
  });

  it('asks nothing while there is no call', async () => {
    const { extended, asked, after } = setUp();

    await after(30_000);

    expect([extended, asked]).toEqual([[], []]);
  });

  it('tells running calls what dispatch has written', async () => {
    const { clock, calls, asked, told, after } = setUp();
    const control = new CallControl(null, () => undefined);
    calls.add(call(clock, 'a', control));
    calls.add(call(clock, 'waiting'));
    told.set('a', { endTimeMs: 5_000, legs: [] });

    await after(3_500);

    expect(asked).toEqual([['a']]);
    expect(control.endTimeMs).toBe(5_000);
  });

  it('does not let a table that hangs delay the messages', async () => {
    const { clock, calls, extended, edges, after } = setUp();
    calls.add(call(clock, 'a', new CallControl(null, () => undefined)));
    edges.told = () => new Promise(() => undefined);

    await clock.drive(clock.sleep(9_500), 10_000);

    expect(extended).toHaveLength(3);
    void after;
  });

  it('makes up for a beat that failed', async () => {
    const { clock, calls, extended, warn, edges, after } = setUp();
    calls.add(call(clock, 'a'));
    edges.extend = () => {
      edges.extend = () => Promise.resolve(0);
      return Promise.reject(new TypeError('down'));
    };

    await after(6_500);

    expect(extended).toHaveLength(2);
    expect(warn.mock.calls).toEqual([
      [{ error: 'TypeError' }, expect.stringContaining('heartbeat')],
    ]);
  });

  it('lets a call go before SQS shows its message again after twelve hours', async () => {
    const { clock, calls, after } = setUp(60_000);
    const letGo = jest.fn();
    const control = new CallControl(null, () => letGo(clock.monotonicMs()));
    calls.add(call(clock, 'a', control));

    await after(11 * HOUR_MS + 60_000);

    expect(control.isRenewing).toBe(true);
    const [atMs] = letGo.mock.calls[0] as [number];
    expect(atMs).toBeGreaterThanOrEqual(11 * HOUR_MS);
    expect(atMs).toBeLessThan(12 * HOUR_MS - 60_000);
  });

  it('counts those hours from the last delivery', async () => {
    const { clock, calls, after } = setUp(60_000);
    const control = new CallControl(null, () => undefined);
    const active = call(clock, 'a', control);
    calls.add(active);
    void clock.sleep(5 * HOUR_MS).then(() => (active.message.receivedMs = clock.monotonicMs()));

    await after(11 * HOUR_MS + 60_000);

    expect(control.isRenewing).toBe(false);
  });
});

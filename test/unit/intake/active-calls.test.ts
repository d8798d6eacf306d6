import { ActiveCalls, type ActiveCall } from '../../../functions/worker/intake/active-calls';
import { CallControl } from '../../../functions/worker/intake/call-control';

function call(id: string, changes: Partial<ActiveCall> = {}): ActiveCall {
  const message = { messageId: id, body: '', receiptHandle: '', receivedMs: 0, settled: false };
  return { callId: `call-${id}`, message, control: undefined, standsBy: false, ...changes };
}

describe('ActiveCalls', () => {
  it('counts the room that is left, in which those that stand by take none', () => {
    const calls = new ActiveCalls(2);
    calls.add(call('a'));
    calls.add(call('b', { standsBy: true }));

    expect([calls.size, calls.room, calls.standingBy]).toEqual([1, 1, 1]);
    expect(calls.all()).toHaveLength(2);
  });

  it('finds a message by its id, and a call only while it runs', () => {
    const calls = new ActiveCalls(2);
    const running = call('a', { control: new CallControl(null, () => undefined) });
    calls.add(running);
    calls.add(call('b'));

    expect(calls.get('a')).toBe(running);
    expect(calls.running('call-a')).toBe(running);
    expect(calls.running('call-b')).toBeUndefined();
  });

  it.each([
    ['a call goes', (calls: ActiveCalls) => calls.remove('a')],
    ['a call only stands by', (calls: ActiveCalls) => calls.standBy(calls.get('a')!, true)],
  ])('wakes who waits for room when %s', async (_name, change) => {
    const calls = new ActiveCalls(1);
    calls.add(call('a'));
    const room = calls.hasRoom(new AbortController().signal);

    change(calls);

    await expect(room).resolves.toBeUndefined();
    expect(calls.room).toBe(1);
  });

  it('lets go who waits for room when that is aborted', async () => {
    const calls = new ActiveCalls(1);
    calls.add(call('a'));
    const stop = new AbortController();
    const room = calls.hasRoom(stop.signal);

    stop.abort();

    await expect(room).resolves.toBeUndefined();
  });
});

import fc from 'fast-check';

import { applyTrigger } from '../../../functions/dispatch/apply-trigger';
import { UNKNOWN_CALL, startKey } from '../../../functions/dispatch/call-state';
import type { CallState } from '../../../functions/dispatch/call-state';
import { readTrigger } from '../../../functions/dispatch/read-trigger';
import type { LegTrigger, Trigger } from '../../../functions/dispatch/trigger';
import type { CallRequest } from '../../../shared/call';
import { NOW_MS, sample } from './support';

const LISTS = { contactAttributes: [], sipHeaders: [] };
const read = (name: string, changes: Record<string, unknown> = {}): Trigger =>
  readTrigger(sample(name, changes), LISTS, NOW_MS);

/** Applies triggers as dispatch does, each `stepMs` after the one before. */
function play(triggers: readonly Trigger[], stepMs = 0) {
  let state: CallState = UNKNOWN_CALL;
  const messages: CallRequest[] = [];
  triggers.forEach((trigger, index) => {
    const nowMs = NOW_MS + index * stepMs;
    const change = applyTrigger(state, trigger, nowMs);
    state = { ...change.state, isKnown: state.isKnown || change.isChanged };
    if (change.message === undefined) return;
    messages.push(change.message);
    state = {
      ...state,
      starts: [...new Set([...state.starts, ...change.newStarts])],
      requestedAt: new Date(nowMs).toISOString(),
    };
  });
  return { state, messages };
}

const CHIME_CALL = ['started-caller', 'started-agent', 'ended-caller', 'ended-agent'].map((name) =>
  read(`chime-${name}`),
);
const channelsOf = ({ legs }: CallState) =>
  Object.fromEntries(legs.map((leg) => [leg.channel, leg.streamArn]));

describe('the events of a Chime call', () => {
  const { state: inOrder } = play(CHIME_CALL);

  it('come to the same in any order, each any number of times', () => {
    const orders = fc
      .array(fc.constantFrom(...CHIME_CALL), { maxLength: 8 })
      .chain((repeats) => fc.shuffledSubarray([...CHIME_CALL, ...repeats], { minLength: 4 }))
      .map((some) => [...some, ...CHIME_CALL.filter((each) => !some.includes(each))]);

    fc.assert(
      fc.property(orders, (order) => {
        const { state } = play(order);

        expect(channelsOf(state)).toEqual(channelsOf(inOrder));
        expect(state.endTime).toBe('2026-01-02T03:06:06.400Z');
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  it('leave no start of which the worker is not told', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(CHIME_CALL, { minLength: 1 }), (order) => {
        const { state, messages } = play(order);

        expect(messages.length).toBeGreaterThan(0);
        expect([...state.starts].sort()).toEqual(state.legs.map((leg) => startKey(leg)).sort());
      }),
      { numRuns: 100, seed: 9 },
    );
  });

  it('are one message when the second leg comes 5 s later, two when it comes 2 min later', () => {
    const [caller, agent] = CHIME_CALL as [Trigger, Trigger];

    expect(play([caller, agent], 5_000).messages).toHaveLength(1);
    const late = play([caller, agent], 120_000).messages;
    expect(late.map(({ legs }) => legs.length)).toEqual([1, 2]);
  });

  it('tell the parties apart by their media line when isCaller is absent, in either order', () => {
    const legs = ['caller', 'agent'].map((name) =>
      read(`chime-started-${name}`, { 'detail.isCaller': undefined }),
    );

    expect(channelsOf(play(legs).state)).toEqual(channelsOf(inOrder));
    expect(channelsOf(play([...legs].reverse()).state)).toEqual(channelsOf(inOrder));
  });

  it('give the second leg the channel that is free when both claim one', () => {
    const legs = ['caller', 'agent'].map((name) =>
      read(`chime-started-${name}`, { 'detail.isCaller': true }),
    );

    expect(Object.keys(channelsOf(play(legs).state)).sort()).toEqual(['agent', 'caller']);
  });

  it('refuse a third leg while the others stream', () => {
    const third = read('chime-started-agent', {
      'detail.streamArn': 'arn:aws:kinesisvideo:eu-central-1:123456789012:stream/third/1',
    });

    expect(() => play([...CHIME_CALL.slice(0, 2), third])).toThrow('third');
  });
});

describe('a leg that begins anew', () => {
  const again = read('chime-started-caller', {
    'detail.startFragmentNumber': '91343852333181432392682062625569999999999999999',
    'detail.startTime': '2026-01-02T03:10:00.000Z',
  });

  it('asks for the call again and takes its end back', () => {
    const { state, messages } = play([...CHIME_CALL, again]);

    expect(messages).toHaveLength(2);
    expect(state.endTime).toBeUndefined();
    expect(messages[1]?.legs).toContainEqual(
      expect.objectContaining({ channel: 'caller', startTime: '2026-01-02T03:10:00.000Z' }),
    );
  });

  it('is not ended by events about its earlier stretch', () => {
    const { state, messages } = play([...CHIME_CALL, again, ...CHIME_CALL]);

    expect(messages).toHaveLength(2);
    expect(state.endTime).toBeUndefined();
  });

  it('may use another stream', () => {
    const { leg } = again as LegTrigger;
    const streamArn = leg.streamArn.replace('caller-1', 'caller-2');
    const { state } = play([...CHIME_CALL, { ...again, leg: { ...leg, streamArn } } as LegTrigger]);

    expect(channelsOf(state)).toMatchObject({ caller: streamArn });
    expect(state.legs).toHaveLength(2);
  });
});

describe('a leg whose streaming failed', () => {
  it('ends a call that has no other', () => {
    expect(play([CHIME_CALL[0] as Trigger, read('chime-failed')]).state.endTime).toBe(
      '2026-01-02T03:05:29.800Z',
    );
  });

  it('leaves the other one to go on, whichever it is', () => {
    const legs = CHIME_CALL.slice(0, 2);

    expect(play([...legs, read('chime-failed'), read('chime-failed')]).state.endTime).toBe(
      undefined,
    );
  });

  it('ends the call with the end of the other', () => {
    const [caller, agent, callerEnds] = CHIME_CALL as [Trigger, Trigger, Trigger];

    const { state } = play([read('chime-failed'), caller, agent, callerEnds]);

    expect(state.endTime).toBe('2026-01-02T03:06:06.200Z');
  });
});

describe('a stop', () => {
  const stop = (endTime: string): Trigger => ({ type: 'stop', callId: 'c', endTime });

  it('holds against a later one and against the end of streaming', () => {
    const { state } = play([
      ...CHIME_CALL,
      stop('2026-01-02T03:05:00.000Z'),
      stop('2026-01-02T03:05:30.000Z'),
    ]);

    expect(state.endTime).toBe('2026-01-02T03:05:00.000Z');
  });

  it('holds against a start that it has overtaken, not against a new request', () => {
    const start = read('transcription-requested');
    const later = read('transcription-requested', {
      'detail.legs.0.startTime': '2026-01-02T04:00:00Z',
    });
    const stopped = stop('2026-01-02T03:06:00.000Z');

    expect(play([stopped, start]).state.endTime).toBe('2026-01-02T03:06:00.000Z');
    expect(play([start, stopped, later]).state.endTime).toBeUndefined();
  });
});

it('changes nothing the second time, whatever the event', () => {
  const names = [
    'connect-flow-event',
    'connect-contact-connected-to-agent',
    'connect-contact-disconnected',
    'chime-started-caller',
    'chime-ended-agent',
    'chime-updated',
    'chime-failed',
    'transcription-requested',
    'transcription-stop-requested',
  ];
  for (const name of names) {
    const trigger = read(name);
    const { state } = play([trigger]);

    const change = applyTrigger(state, trigger, NOW_MS);

    expect([name, change.isChanged, change.message]).toEqual([name, false, undefined]);
  }
});

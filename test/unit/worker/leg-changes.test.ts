import { isHeardBefore, legChanges, takeLegs } from '../../../functions/worker/leg-changes';
import { initialState } from '../../../functions/worker/log/call-writer';
import type { Channel, Leg } from '../../../shared/call';

const START_MS = Date.parse('2026-01-02T12:00:00.000Z');

function legOf(channel: Channel, stream: string, startSecond?: number): Leg {
  return {
    channel,
    streamArn: `arn:aws:kinesisvideo:us-east-1:000000000000:stream/${stream}/1`,
    ...(startSecond === undefined
      ? {}
      : { startTime: new Date(START_MS + startSecond * 1000).toISOString() }),
  };
}

/** A call of one leg, a minute of which is in the log. */
function runningCall() {
  const state = initialState({ legs: [legOf('caller', 'one', 0)] });
  return { ...state, startTimeMs: START_MS, sampleRateHz: 8_000, marks: { caller: 480_000 } };
}

describe('legChanges', () => {
  const known = [legOf('caller', 'one', 0)];

  it.each([
    ['nothing new in what is known', [legOf('caller', 'one', 0)], 0, 0],
    ['nothing when nothing is told', [], 0, 0],
    ['a leg on another channel', [legOf('agent', 'two', 5)], 1, 0],
    ['another stream on a channel', [legOf('caller', 'two', 5)], 0, 1],
    ['another start of a stream', [legOf('caller', 'one', 5)], 0, 1],
    ['both kinds', [legOf('caller', 'two', 5), legOf('agent', 'three', 6)], 1, 1],
  ])('finds %s', (_what, told, added, replacing) => {
    const changes = legChanges(known, told);

    expect([changes.added.length, changes.replacing.length]).toEqual([added, replacing]);
  });
});

describe('takeLegs', () => {
  it('begins a new channel ahead of the start of its leg', () => {
    const state = runningCall();

    takeLegs(state, [legOf('agent', 'two', 30)]);

    expect(state.marks).toEqual({ caller: 480_000, agent: 160_000 });
    expect(state.legs.map(({ channel }) => channel)).toEqual(['caller', 'agent']);
  });

  it.each([
    ['before position 0', legOf('agent', 'two', -20)],
    ['at a time that nobody tells', legOf('agent', 'two')],
  ])('begins at position 0 with a leg that starts %s', (_when, leg) => {
    const state = runningCall();

    takeLegs(state, [leg]);

    expect(state.marks).toMatchObject({ agent: 0 });
  });

  it('sets the channel back to where another stream begins that has gone unheard', () => {
    const state = runningCall();

    takeLegs(state, [legOf('caller', 'two', 50)]);

    expect(state.marks).toEqual({ caller: 320_000 });
    expect(state.legs).toEqual([legOf('caller', 'two', 50)]);
  });

  it('begins at 0 while no leg has delivered', () => {
    const state = initialState({ legs: [legOf('caller', 'one', 0)] });

    takeLegs(state, [legOf('agent', 'two', 30)]);

    expect(state.marks).toMatchObject({ agent: 0 });
  });
});

describe('isHeardBefore', () => {
  it.each([
    ['up to its start', legOf('caller', 'two', 60), 480_000, true],
    ['not quite', legOf('caller', 'two', 60), 479_999, false],
    ['as far as nobody knows', legOf('caller', 'two'), 480_000, false],
    ['not at all', legOf('caller', 'two', 60), undefined, false],
  ])('tells whether the channel was heard %s', (_how, leg, mark, answer) => {
    expect(isHeardBefore(leg, mark, runningCall())).toBe(answer);
  });
});

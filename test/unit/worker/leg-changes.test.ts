import { legChanges, takeLegs } from '../../../functions/worker/leg-changes';
import type { Leg } from '../../../shared/call';
import { stateFor } from '../log/store';

const START_MS = 1_700_000_000_000;
const arn = (name: string) =>
  `arn:aws:kinesisvideo:us-east-1:000000000000:stream/${name}/1700000000000`;

function leg(name: string, changes: Partial<Leg> = {}): Leg {
  return { channel: 'caller', streamArn: arn(name), startFragmentNumber: '100', ...changes };
}

const at = (ms: number) => new Date(START_MS + ms).toISOString();

function stateWith(legs: Leg[], caller: number) {
  return stateFor('c', {
    startTimeMs: START_MS,
    sampleRateHz: 8_000,
    legs,
    marks: { caller },
  });
}

describe('legChanges', () => {
  it('tells legs that are new from legs that begin anew, and from those that are known', () => {
    const changes = legChanges(
      [leg('a')],
      [leg('a'), leg('a', { startFragmentNumber: '200' }), leg('b', { channel: 'agent' })],
    );

    expect(changes).toEqual({
      added: [leg('b', { channel: 'agent' })],
      replacing: [leg('a', { startFragmentNumber: '200' })],
    });
  });
});

describe('takeLegs', () => {
  it('hears a new channel from a little before its start', () => {
    const state = stateWith([leg('a')], 800_000);

    takeLegs(state, [leg('b', { channel: 'agent', startTime: at(60_000) })]);

    expect(state.legs.map(({ channel }) => channel)).toEqual(['caller', 'agent']);
    expect(state.marks).toEqual({ caller: 800_000, agent: 400_000 });
  });

  it('hears a channel again that has moved to another stream', () => {
    const state = stateWith([leg('a')], 800_000);

    takeLegs(state, [leg('b', { startTime: at(60_000) })]);

    expect(state.legs).toEqual([leg('b', { startTime: at(60_000) })]);
    expect(state.marks).toEqual({ caller: 400_000 });
  });

  it('hears nothing twice of a stream that goes on', () => {
    const state = stateWith([leg('a')], 800_000);
    const anew = leg('a', { startFragmentNumber: '900', startTime: at(60_000) });

    takeLegs(state, [anew]);

    expect(state.legs).toEqual([anew]);
    expect(state.marks).toEqual({ caller: 800_000 });
  });

  it('hears all of a channel whose start is not known', () => {
    const state = stateWith([leg('a')], 800_000);

    takeLegs(state, [leg('b', { channel: 'agent' })]);

    expect(state.marks.agent).toBe(0);
  });
});

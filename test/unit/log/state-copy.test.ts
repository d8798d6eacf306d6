import { copyOfState } from '../../../functions/worker/log/state-copy';
import { stateFor } from './store';

const RESUME = {
  fragmentNumber: '2',
  previousFragmentNumber: null,
  producerTimestampMs: 1,
  sample: 2,
  anchorMs: 3,
  received: 4,
};
const LEG = { channel: 'caller' as const, streamArn: 'arn', resume: RESUME };

describe('copyOfState', () => {
  it('is the same, and has nothing in common that could change', () => {
    const state = stateFor('a', { legs: [LEG], marks: { caller: 17 } });

    const copy = copyOfState(state);

    expect(copy).toStrictEqual(structuredClone(state));
    const objects = [copy, copy.legs, copy.legs[0], copy.legs[0]?.resume, copy.marks];
    const originals = [state, state.legs, LEG, RESUME, state.marks, state.gapsTo, state.account];
    for (const each of [...objects, copy.gapsTo, copy.account])
      expect(originals).not.toContain(each);
  });
});

import { AudioGoneError } from '../../../functions/worker/transcribe/session-attempt';
import { CallscribeError } from '../../../shared/errors';
import { ORIGIN, PROGRESS, moveMarks, pass, run, segment } from './append-run';

describe('appendUpdates', () => {
  describe('checkpoints', () => {
    it('are written about once a minute while marks move', async () => {
      const minute = [pass(20_000), PROGRESS, pass(20_000), PROGRESS, pass(20_000)];

      const { records } = await run([
        ORIGIN,
        ...minute,
        moveMarks(8_000),
        PROGRESS,
        PROGRESS,
        ...minute,
        moveMarks(16_000),
        PROGRESS,
      ]);

      expect(records.map(({ fact, state }) => [fact.type, state.marks])).toEqual([
        ['checkpoint', { caller: 8_000 }],
        ['checkpoint', { caller: 16_000 }],
      ]);
    });

    it('are not written when another record was', async () => {
      const { records } = await run([
        ORIGIN,
        pass(59_000),
        segment(100),
        pass(59_000),
        moveMarks(8_000),
        PROGRESS,
      ]);

      expect(records.map(({ fact }) => fact.type)).toEqual(['segment']);
    });

    it('are not written while nothing moves', async () => {
      const { records } = await run([ORIGIN, pass(600_000), PROGRESS]);

      expect(records).toEqual([]);
    });

    it('come early after a claim, to prove that it gets on', async () => {
      const { records } = await run(
        [ORIGIN, pass(5_000), moveMarks(8_000), PROGRESS, pass(5_000), moveMarks(9_000), PROGRESS],
        { state: { claimsWithoutProgress: 2 } },
      );

      expect(records).toHaveLength(1);
      expect(records[0]?.state.claimsWithoutProgress).toBe(0);
    });
  });

  describe('when it is stopped', () => {
    const aborted = new CallscribeError('aborted', 'the call was stopped');

    it('leaves a checkpoint with what is known, and passes the reason on', async () => {
      const { records, error } = await run([ORIGIN, moveMarks(800)], { failure: aborted });

      expect(error).toBe(aborted);
      expect(records).toMatchObject([
        { fact: { type: 'checkpoint' }, state: { marks: { caller: 800 }, released: false } },
      ]);
    });

    it('lets the call go when that is the reason', async () => {
      const { records } = await run([ORIGIN], { failure: aborted, releasing: true });

      expect(records[0]?.state.released).toBe(true);
    });

    it.each([
      ['leaves a checkpoint with what was heard', 800, 1],
      ['writes nothing twice', 0, 0],
    ])('%s before audio has to be read again', async (_what, heardTo, count) => {
      const gone = new AudioGoneError();

      const { records, error } = await run([ORIGIN, moveMarks(heardTo)], { failure: gone });

      expect(error).toBe(gone);
      expect(records).toHaveLength(count);
      expect(records.every(({ state }) => state.marks.caller === heardTo)).toBe(true);
    });

    it('writes nothing when it failed otherwise', async () => {
      const failure = new CallscribeError('access-denied', 'no');

      const { records, error } = await run([ORIGIN], { failure });

      expect(records).toEqual([]);
      expect(error).toBe(failure);
    });
  });
});

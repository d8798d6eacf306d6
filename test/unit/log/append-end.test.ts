import { STREAM_ARN } from '../../support/call-records';
import { ORIGIN, at, end, point, run, segment } from './append-run';
import { stateFor } from './store';

describe('appendUpdates', () => {
  describe('at the end', () => {
    it('writes the account', async () => {
      const { records } = await run(
        [ORIGIN, segment(100), end(80_000, { caller: 79_000, agent: 16_000 })],
        {
          channels: ['caller', 'agent'],
          state: { account: { ...stateFor('c').account, silentMs: 500 } },
        },
      );

      expect(records.at(-1)?.fact).toEqual({
        type: 'completed',
        reason: 'ended',
        startTime: at(0),
        endMs: 10_000,
        account: {
          receivedMs: 11_875,
          transcribedMs: 11_375,
          silentMs: 500,
          missingMs: 0,
          sessions: 0,
          retries: 0,
          billedSeconds: 0,
        },
      });
    });

    it('tells of a channel that never delivered', async () => {
      const { records } = await run([ORIGIN, end(80_000, { caller: 80_000, agent: 0 })], {
        channels: ['caller', 'agent'],
      });

      expect(records.map(({ fact }) => fact)).toMatchObject([
        { type: 'gap', channel: 'agent', startMs: 0, endMs: 10_000, reason: 'absent' },
        { type: 'completed', account: { missingMs: 10_000 } },
      ]);
    });

    it('calls no leg absent that another worker has heard, if nothing comes of it any more', async () => {
      const heard = { channel: 'caller', streamArn: STREAM_ARN, resume: point(0) } as const;

      const { records } = await run([ORIGIN, end(80_000, { caller: 0 })], {
        state: { legs: [heard] },
      });

      expect(records.map(({ fact }) => fact.type)).toEqual(['completed']);
    });

    it('does not come to it when the call is not over after all', async () => {
      const beforeEnd = () => Promise.reject(new Error('it goes on'));

      const { records, error } = await run([ORIGIN, segment(100), end(80_000, { caller: 0 })], {
        beforeEnd,
      });

      expect(records.map(({ fact }) => fact.type)).toEqual(['segment']);
      expect(error?.message).toBe('it goes on');
    });

    it('does not tell it again when it comes to the end a second time', async () => {
      const { records } = await run([ORIGIN, end(80_000, { caller: 80_000, agent: 0 })], {
        channels: ['caller', 'agent'],
        state: {
          gapsTo: { agent: 80_000 },
          account: { ...stateFor('c').account, missingMs: 10_000 },
        },
      });

      expect(records.map(({ fact }) => fact)).toMatchObject([
        { type: 'completed', account: { missingMs: 10_000 } },
      ]);
    });

    it('adds to what was received before the call was reopened', async () => {
      const account = { ...stateFor('c').account, receivedMs: 7_000 };

      const { records } = await run([ORIGIN, end(80_000, { caller: 8_000 })], {
        state: { account },
      });

      expect(records.at(-1)?.fact).toMatchObject({ account: { receivedMs: 8_000 } });
    });

    it('completes a call in which nothing was ever heard', async () => {
      const { records } = await run([{ type: 'end', reason: 'idle', sample: 0, received: {} }]);

      expect(records.map(({ fact }) => fact)).toEqual([
        {
          type: 'completed',
          reason: 'idle',
          endMs: 0,
          account: stateFor('c').account,
        },
      ]);
    });
  });
});

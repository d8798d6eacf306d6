import { CallWatch } from '../../../local/cli/store/call-watch';
import { waitForEnd } from '../../../local/cli/wait-for-end';
import type { CallRecord, Fact } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';

/** A log that has one more record at each look, and a clock that sleeping moves. */
function growingLog(...all: readonly Fact[]) {
  const records = logOf('c', ...all);
  let nowMs = 0;
  let looks = 0;
  const watch = new CallWatch({
    async *pages(afterSeq = 0) {
      looks += 1;
      const visible: CallRecord[] = records.slice(0, looks - 1);
      yield visible.filter((record) => record.seq > afterSeq);
    },
  });
  const notes: string[] = [];
  const options = {
    callId: 'c',
    timeoutMs: 60_000,
    note: (sentence: string) => void notes.push(sentence),
    clock: {
      monotonicMs: () => nowMs,
      sleep: async (ms: number) => {
        nowMs += ms;
      },
    },
  };
  return { watch, options, notes };
}

/** Lets so many looks at the log fail. */
function failFirst(watch: CallWatch, failures: number): void {
  const poll = watch.poll.bind(watch);
  let left = failures;
  watch.poll = async () => {
    left -= 1;
    if (left >= 0) throw new Error('throttled');
    return poll();
  };
}

describe('waitForEnd', () => {
  it('resolves with how the call ended and what there was', async () => {
    const { watch, options } = growingLog(
      facts.claimed(),
      facts.segment('a'),
      facts.gap(),
      facts.segment('b'),
      facts.completed(),
    );

    const end = await waitForEnd(watch, options);

    expect(end).toMatchObject({ type: 'completed', reason: 'ended' });
    expect([watch.segments, watch.gaps, watch.lastSeq]).toEqual([2, 1, 5]);
  });

  it('goes by the last end of a call that was reopened', async () => {
    const { watch, options } = growingLog(
      { type: 'reopened', request: { schemaVersion: 1, callId: 'c', legs: [] } },
      facts.failed(),
      facts.claimed(),
    );

    expect((await waitForEnd(watch, options)).type).toBe('failed');
  });

  it('gives up when the log stops growing, and hints at the missing worker', async () => {
    const { watch, options, notes } = growingLog();

    await expect(waitForEnd(watch, options)).rejects.toThrow(
      'call c has not ended, and nothing came of it for 60 s',
    );
    expect(notes).toEqual(['no worker has taken the call yet; is one running?']);
  });

  it('waits through a store that fails for a while', async () => {
    const { watch, options } = growingLog(facts.completed());
    failFirst(watch, 10);

    expect((await waitForEnd(watch, options)).type).toBe('completed');
  });

  it('does not wait for a store that is gone', async () => {
    const { watch, options } = growingLog(facts.completed());
    failFirst(watch, Infinity);

    await expect(waitForEnd(watch, options)).rejects.toThrow('throttled');
  });

  it('counts the time from the last record', async () => {
    const { watch, options } = growingLog(
      ...Array.from({ length: 400 }, facts.checkpoint),
      facts.completed(),
    );

    expect((await waitForEnd(watch, options)).type).toBe('completed');
  });
});

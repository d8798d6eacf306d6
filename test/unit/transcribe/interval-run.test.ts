import type { AudioWindow } from '../../../functions/worker/transcribe/audio-window';
import { Interval } from '../../../functions/worker/transcribe/interval';
import { runInterval } from '../../../functions/worker/transcribe/interval-run';
import type { RunDeps } from '../../../functions/worker/transcribe/run-deps';
import type { TranscribeSession } from '../../../functions/worker/transcribe/session';
import { CallscribeError } from '../../../shared/errors';

const refusal = new CallscribeError('internal', 'refused', { retryable: false });

/** A session that the service refuses for good. */
function refused(): TranscribeSession {
  return {
    accepted: Promise.resolve(false),
    results: {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refusal) }),
    },
    write: () => undefined,
    end: () => undefined,
    abort: () => undefined,
  };
}

/** What a refused session needs of its surroundings, and no more. */
function depsWith(own: Partial<RunDeps>): RunDeps {
  const cursor = { position: 0, pass: () => undefined, release: () => undefined };
  const window = {
    cursor: () => cursor,
    chunkAt: () => undefined,
    changed: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
    notify: () => undefined,
    end: 0,
  } as unknown as AudioWindow;
  return {
    window,
    openSession: refused,
    settings: { sampleRateHz: 8_000, channelCount: 1 },
    clock: { monotonicMs: () => 0, epochMs: () => 0, sleep: () => Promise.resolve() },
    ticker: { listen: () => () => undefined },
    stalls: { begin: () => undefined },
    maxLeadMs: Infinity,
    signal: new AbortController().signal,
    expectsAudio: () => true,
    marks: () => [0],
    nextOrdinal: () => 1,
    mayStart: () => Promise.resolve(),
    emit: () => undefined,
    settled: () => Promise.resolve(),
    refusals: { heard: () => undefined, isFinal: () => true },
    ...own,
  } as unknown as RunDeps;
}

const run = (own: Partial<RunDeps>) =>
  runInterval(new Interval(0), Promise.resolve(), depsWith(own));

describe('a session that is refused', () => {
  it('is judged by the marks that all of what was sent has made', async () => {
    let mark = 0;
    const judged: number[] = [];
    const isFinal = (marks: number) => judged.push(marks) > 0;
    const refusals = { heard: () => undefined, isFinal } as unknown as RunDeps['refusals'];

    const heard = run({
      refusals,
      marks: () => [mark],
      // What the log's writer was not woken for is counted only now.
      settled: () => Promise.resolve(void (mark = 100)),
    });

    await expect(heard).rejects.toBe(refusal);
    expect(judged).toEqual([100]);
  });

  it('is no reason any more for a call that is stopped while the log is waited for', async () => {
    const stop = new AbortController();

    const heard = run({ signal: stop.signal, settled: () => Promise.resolve(stop.abort()) });

    await expect(heard).rejects.toMatchObject({ code: 'aborted' });
  });
});

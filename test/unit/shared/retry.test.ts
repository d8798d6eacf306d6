import { CallscribeError } from '../../../shared/errors';
import { backoffMs, retry } from '../../../shared/retry';
import { VirtualClock } from '../../support/virtual-clock';

const busy = () => new CallscribeError('unavailable', 'busy', { retryable: true });

describe('backoffMs', () => {
  it('doubles up to its maximum and takes a random part of it', () => {
    const policy = { baseMs: 100, maxMs: 1_000 };

    const half = [0, 1, 2, 3, 4, 1_000_000].map((attempt) => backoffMs(attempt, () => 0.5, policy));

    expect(half).toEqual([50, 100, 200, 400, 500, 500]);
    expect(backoffMs(3, () => 0, policy)).toBe(0);
  });
});

describe('retry', () => {
  it('repeats while the error is retryable', async () => {
    const clock = new VirtualClock();
    const onRetry = jest.fn();
    const answers = [busy(), busy(), 'done'];

    const result = await clock.drive(
      retry(() => Promise.resolve(answers.shift()).then(orThrow), { clock, onRetry }),
    );

    expect(result).toBe('done');
    expect(onRetry.mock.calls.map(([, attempt]) => attempt as number)).toEqual([0, 1]);
  });

  it('throws what is not retryable at once, and what nobody knows', async () => {
    const work = jest.fn(() => Promise.reject(new TypeError('bug')));

    await expect(retry(work)).rejects.toMatchObject({ code: 'internal' });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('gives up after as many attempts as it was given', async () => {
    const clock = new VirtualClock();
    const work = jest.fn(() => Promise.reject(busy()));

    await expect(clock.drive(retry(work, { clock, maxAttempts: 3 }))).rejects.toThrow('busy');
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('stops waiting when it is aborted, and says what it was waiting for', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const work = () => {
      setImmediate(() => stop.abort());
      return Promise.reject(busy());
    };

    const result = retry(work, { clock, signal: stop.signal, random: () => 1 });

    await expect(result).rejects.toMatchObject({ code: 'aborted', cause: { message: 'busy' } });
  });
});

function orThrow<T>(answer: T | CallscribeError): T {
  if (answer instanceof CallscribeError) throw answer;
  return answer;
}

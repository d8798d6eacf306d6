import { systemClock, type Clock } from './clock';
import { CallscribeError } from './errors';

/** Exponential backoff with full jitter: attempt n waits a random part of min(max, base·2ⁿ). */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_BACKOFF: BackoffPolicy = { baseMs: 200, maxMs: 10_000 };

export function backoffMs(
  attempt: number,
  random: () => number = Math.random,
  policy: BackoffPolicy = DEFAULT_BACKOFF,
): number {
  return random() * Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt, 30));
}

export interface RetryOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly policy?: BackoffPolicy;
  /** Gives up after so many attempts; without it only `retryable` and the signal end it. */
  readonly maxAttempts?: number;
  onRetry?(reason: CallscribeError, attempt: number): void;
}

/** Repeats `work` while it throws a retryable CallscribeError. Aborting throws `aborted`. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const clock = options.clock ?? systemClock;
  for (let attempt = 0; ; attempt++) {
    if (options.signal?.aborted) throw new CallscribeError('aborted', 'stopped while retrying');
    try {
      return await work();
    } catch (reason) {
      const error = CallscribeError.from(reason);
      const last = options.maxAttempts !== undefined && attempt + 1 >= options.maxAttempts;
      if (!error.retryable || last) throw error;
      options.onRetry?.(error, attempt);
      await clock.sleep(backoffMs(attempt, options.random, options.policy), options.signal);
    }
  }
}

import { systemClock, type Clock } from './clock';
import { CallscribeError } from './errors';

/** Exponential backoff with full jitter: attempt n waits a random part of min(max, base·2ⁿ). */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_BACKOFF: BackoffPolicy = { baseMs: 200, maxMs: 10_000 };

/** Beyond this the product would only be cut to the maximum. */
const MAX_DOUBLINGS = 30;

export function backoffMs(
  attempt: number,
  random: () => number = Math.random,
  policy: BackoffPolicy = DEFAULT_BACKOFF,
): number {
  return random() * Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt, MAX_DOUBLINGS));
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

/**
 * Repeats `work` while it throws a retryable CallscribeError; the last one is thrown. Any other
 * error is no reason to repeat. Aborting throws `aborted`, never in the middle of `work`.
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const clock = options.clock ?? systemClock;
  let cause: CallscribeError | undefined;
  for (let attempt = 0; ; attempt++) {
    if (options.signal?.aborted) {
      throw new CallscribeError('aborted', 'stopped while retrying', { cause });
    }
    try {
      return await work();
    } catch (reason) {
      cause = CallscribeError.from(reason);
      const last = options.maxAttempts !== undefined && attempt + 1 >= options.maxAttempts;
      if (!cause.retryable || last) throw cause;
      options.onRetry?.(cause, attempt);
      await clock.sleep(backoffMs(attempt, options.random, options.policy), options.signal);
    }
  }
}

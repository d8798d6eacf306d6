import type { ConfiguredRetryStrategy } from '@smithy/core/retry';

import { backoffMs } from '../../shared/retry';

/**
 * With the pauses below some 16 s. The SDK's own account of retries, which a success refills, allows
 * one client hardly more in a row.
 */
const MAX_ATTEMPTS = 35;
const POLICY = { baseMs: 100, maxMs: 1000 };
/** A service that nobody listens at is worth a word at once: it is mostly not running at all. */
const REFUSED_ATTEMPTS = 3;

/**
 * Retries for somebody who waits at a terminal: through throttling and errors of the service for
 * about 16 s, where the SDK's own three attempts are over within a second.
 */
export async function patientRetries(
  random: () => number = Math.random,
): Promise<ConfiguredRetryStrategy> {
  const retries = await import('@smithy/core/retry');
  class PatientRetries extends retries.ConfiguredRetryStrategy {
    override async refreshRetryTokenForRetry(
      ...[token, info]: Parameters<ConfiguredRetryStrategy['refreshRetryTokenForRetry']>
    ): ReturnType<ConfiguredRetryStrategy['refreshRetryTokenForRetry']> {
      const isRefused = (info.error as { code?: string } | undefined)?.code === 'ECONNREFUSED';
      if (isRefused && token.getRetryCount() + 1 >= REFUSED_ATTEMPTS) {
        throw new Error('nobody listens there');
      }
      return super.refreshRetryTokenForRetry(token, info);
    }
  }
  return new PatientRetries(MAX_ATTEMPTS, (attempt) => backoffMs(attempt, random, POLICY));
}

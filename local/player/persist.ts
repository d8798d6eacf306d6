import { systemClock } from '../../shared/clock';
import { backoffMs } from '../../shared/retry';

/** With pauses of up to 5 s about a minute and a half, on top of what the SDK repeats itself. */
const ATTEMPTS = 40;
const POLICY = { baseMs: 200, maxMs: 5000 };

/**
 * Repeats an exchange with a service that is down or overloaded. A request that the service
 * understood and refused (HTTP 4xx other than 429) is not repeated: its error is thrown.
 */
export async function persist<T>(
  exchange: () => Promise<T>,
  sleep: (ms: number) => Promise<void> = (ms) => systemClock.sleep(ms),
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await exchange();
    } catch (reason) {
      if (isRefusal(reason) || attempt + 1 >= ATTEMPTS) throw reason;
      await sleep(backoffMs(attempt, undefined, POLICY));
    }
  }
}

function isRefusal(reason: unknown): boolean {
  const { $metadata, name } = reason as {
    $metadata?: { httpStatusCode?: number };
    name?: string;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429 && !/Throttl/.test(name ?? '');
}

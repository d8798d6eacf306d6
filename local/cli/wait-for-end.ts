import { systemClock, type Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import { CliError, EXIT } from './cli-error';
import type { CallEnd, CallWatch } from './store/call-watch';

const POLL_MS = 250;
/** A worker takes a call within seconds; none after this long is worth a word. */
const NO_WORKER_HINT_MS = 20_000;
/** A store that fails for so long is gone, not overloaded. */
const STORE_PATIENCE_MS = 30_000;

export interface WaitOptions {
  readonly callId: string;
  /** Give up when the log has not grown for so long. */
  readonly timeoutMs: number;
  /** After each look at the log. */
  readonly onLook?: () => void;
  readonly note: (sentence: string) => void;
  readonly clock?: Pick<Clock, 'monotonicMs' | 'sleep'>;
}

/**
 * Resolves when the log says that the call is over. Fails when it does not grow any more, or
 * cannot be read for half a minute.
 */
export async function waitForEnd(watch: CallWatch, options: WaitOptions): Promise<CallEnd> {
  const { timeoutMs, onLook, note, clock = systemClock } = options;
  const startMs = clock.monotonicMs();
  let grownAtMs = startMs;
  let readAtMs = startMs;
  let hasHinted = false;
  for (;;) {
    try {
      if (await watch.poll()) grownAtMs = clock.monotonicMs();
      readAtMs = clock.monotonicMs();
    } catch (reason) {
      const isStoreDown = !(reason instanceof CallscribeError);
      if (!isStoreDown || clock.monotonicMs() - readAtMs >= STORE_PATIENCE_MS) throw reason;
    }
    onLook?.();
    if (watch.end !== undefined) return watch.end;
    const stillMs = clock.monotonicMs() - grownAtMs;
    if (stillMs >= timeoutMs) throw noEnd(options);
    if (!hasHinted && watch.lastSeq === 0 && stillMs >= NO_WORKER_HINT_MS) {
      hasHinted = true;
      note('no worker has taken the call yet; is one running?');
    }
    await clock.sleep(POLL_MS);
  }
}

function noEnd({ callId, timeoutMs }: WaitOptions): CliError {
  return new CliError(
    EXIT.failed,
    `call ${callId} has not ended, and nothing came of it for ${Math.round(timeoutMs / 1000)} s; ` +
      `\`callscribe transcript ${callId}\` shows what there is`,
  );
}

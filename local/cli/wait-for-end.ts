import { CliError, EXIT } from './cli-error';
import type { CallEnd, CallWatch } from './store/call-watch';

const POLL_MS = 250;
/** A worker takes a call within seconds; none after this long is worth a word. */
const NO_WORKER_HINT_MS = 20_000;

export interface WaitOptions {
  readonly callId: string;
  /** Give up when the log has not grown for so long. */
  readonly timeoutMs: number;
  /** After each look at the log. */
  readonly onLook?: () => void;
  readonly note: (sentence: string) => void;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Resolves when the log says that the call is over. Fails when it does not grow any more. */
export async function waitForEnd(watch: CallWatch, options: WaitOptions): Promise<CallEnd> {
  const { callId, timeoutMs, onLook, note } = options;
  const nowMs = options.nowMs ?? (() => performance.now());
  const sleep = options.sleep ?? pause;
  let grownAtMs = nowMs();
  let hasHinted = false;
  for (;;) {
    if (await watch.poll()) grownAtMs = nowMs();
    onLook?.();
    if (watch.end !== undefined) return watch.end;
    const stillMs = nowMs() - grownAtMs;
    if (stillMs >= timeoutMs) {
      throw new CliError(
        EXIT.failed,
        `call ${callId} has not ended, and nothing came of it for ${Math.round(timeoutMs / 1000)} s;` +
          ` \`callscribe transcript ${callId}\` shows what there is`,
      );
    }
    if (!hasHinted && watch.lastSeq === 0 && stillMs >= NO_WORKER_HINT_MS) {
      hasHinted = true;
      note('no worker has taken the call yet; is one running?');
    }
    await sleep(POLL_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import type { Clock } from '../../../shared/clock';
import type { SessionStarts } from '../session-starts';

/**
 * What waits here is no call yet whose message is extended: after so long it is taken all the
 * same, well before other workers see it.
 */
const LONGEST_WAIT_MS = 2_000;

export interface PaceDeps {
  /** The rate at which calls are taken. */
  readonly takes: SessionStarts;
  /** Waits until the loop has time; undefined when it has. */
  turn(): Promise<void> | undefined;
  readonly clock: Clock;
}

/** Holds a message up until its call may be taken, two seconds and a turn at most. */
export async function pace({ takes, turn, clock }: PaceDeps, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  void clock.sleep(LONGEST_WAIT_MS, over.signal).then(end);
  await takes.acquire(over.signal);
  // A start is work for many chunks, and comes with what was spoken while the call waited.
  if (!over.signal.aborted) await turn();
  end();
  signal.removeEventListener('abort', end);
}

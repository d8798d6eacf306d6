import type { Clock } from '../../../shared/clock';

/** A worker shows so often that it is alive. */
const BEAT_MS = 1_000;
/** A counter that has not moved for so long is a dead worker's, or one's that hangs. */
const DEAD_AFTER_MS = 4_000;
const LOOK_MS = 500;
/** Counters that cannot be read or written for so long decide nothing: the log does. */
const WITHOUT_STORE_MS = 10_000;
/** Beats on their way to a slow store; beyond it one is left out. */
const MAX_PENDING = 10;

export interface LivenessOptions {
  readonly workerId: string;
  readonly store: {
    beat(workerId: string, nowMs: number): Promise<void>;
    beatsOf(workerId: string): Promise<number | undefined>;
  };
  readonly clock: Clock;
  /** Ends the beating. */
  readonly signal: AbortSignal;
}

/**
 * One counter per worker (DESIGN 3): each shows its own, and judges others' by its own monotonic
 * clock. It only decides who tries first: a worker wrongly taken for dead is fenced by the log.
 */
export class Liveness {
  #started: Promise<void> | undefined;
  #pending = 0;

  constructor(private readonly options: LivenessOptions) {}

  /**
   * Begins to beat, once; resolves when the first beat stands, the store does not take it for
   * long, or the signal aborts. Claims wait for it, so that a claimant without a counter is one
   * that is gone for long.
   */
  start(): Promise<void> {
    this.#started ??= this.#firstBeat();
    return this.#started;
  }

  /**
   * Watches a worker until it shows that it is alive (false) or has not done so for long enough
   * (true). Aborting resolves with false.
   */
  async isGone(workerId: string, signal: AbortSignal): Promise<boolean> {
    const { store, clock } = this.options;
    let knownMs = clock.monotonicMs();
    let since: { readonly beats: number; readonly ms: number } | undefined;
    while (!signal.aborted) {
      try {
        const beats = await store.beatsOf(workerId);
        if (beats === undefined) return true;
        if (since !== undefined && beats !== since.beats) return false;
        knownMs = clock.monotonicMs();
        since ??= { beats, ms: knownMs };
        if (knownMs - since.ms >= DEAD_AFTER_MS) return true;
      } catch {
        if (clock.monotonicMs() - knownMs >= WITHOUT_STORE_MS) return true;
        // Unknown is not unmoved: what was seen before the gap counts no more.
        since = undefined;
      }
      await clock.sleep(LOOK_MS, signal);
    }
    return false;
  }

  async #firstBeat(): Promise<void> {
    const { clock, signal } = this.options;
    const untilMs = clock.monotonicMs() + WITHOUT_STORE_MS;
    while (!signal.aborted && !(await this.#beat()) && clock.monotonicMs() < untilMs) {
      await clock.sleep(BEAT_MS, signal);
    }
    void this.#keepBeating();
  }

  async #keepBeating(): Promise<void> {
    const { clock, signal } = this.options;
    while (!signal.aborted) {
      await clock.sleep(BEAT_MS, signal);
      // Not awaited: the counter moves on also when each write takes seconds.
      if (!signal.aborted && this.#pending < MAX_PENDING) void this.#beat();
    }
  }

  async #beat(): Promise<boolean> {
    const { workerId, store, clock } = this.options;
    this.#pending += 1;
    try {
      await store.beat(workerId, clock.epochMs());
      return true;
    } catch {
      return false;
    } finally {
      this.#pending -= 1;
    }
  }
}

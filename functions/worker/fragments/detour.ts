import type { StartPosition } from '../kvs/start-position';

/** So often, and for so long, one place has to fail before the reader looks behind it. */
const FAILURES_BEFORE_DETOUR = 6;
const FAILING_MS_BEFORE_DETOUR = 60_000;
/** Without a number for the fragment that fails it is passed over in steps of time. */
const STEP_MS = 2_000;

/**
 * `look`: read behind the failing place, only to see whether it goes on there. `confirm`: it
 * does, so the failing place is tried once more. `pass`: it failed again and is given up.
 */
type State = 'none' | 'look' | 'back' | 'confirm' | 'pass';

/**
 * The way round a fragment that the service can never deliver. An outage, in which nothing can be
 * read, must not look like one: what lies behind has to be readable while the fragment is not.
 */
export class Detour {
  #state: State = 'none';
  #failures = 0;
  #failingSinceMs = 0;
  #failedNumber: string | undefined;
  #stepMs = 0;

  /** Whether the connection serves only to see if there is anything to read. */
  get isLook(): boolean {
    return this.#state === 'look';
  }

  /** Whether a fragment is being given up. */
  get isPass(): boolean {
    return this.#state === 'pass';
  }

  /** Where to read on behind the failing place; undefined: at that place. */
  position(lastTimestampMs: number | undefined): StartPosition | undefined {
    if (this.#state !== 'look' && this.#state !== 'pass') return undefined;
    if (this.#failedNumber !== undefined) {
      return { type: 'after', fragmentNumber: this.#failedNumber };
    }
    if (lastTimestampMs === undefined) return undefined;
    return { type: 'producer-time', epochMs: lastTimestampMs + this.#stepMs };
  }

  /** The connection reports an error in place of a fragment. */
  failed(fragmentNumber: string | undefined, nowMs: number): void {
    if (this.#failures === 0) this.#failingSinceMs = nowMs;
    this.#failures += 1;
    const isBehind = this.#state === 'look' || this.#state === 'pass';
    if (isBehind || this.#failures === 1) {
      this.#failedNumber = fragmentNumber;
      this.#stepMs += STEP_MS;
    }
    if (this.#state === 'confirm') this.#state = 'pass';
    else if (isBehind) this.#state = 'back';
    else if (this.#failures < FAILURES_BEFORE_DETOUR) return;
    else if (nowMs - this.#failingSinceMs >= FAILING_MS_BEFORE_DETOUR) this.#state = 'look';
  }

  /** What lies behind can be read; undefined: nothing came there. */
  seen(): void {
    if (this.#state === 'look') this.#state = 'confirm';
  }

  /** Nothing is there to be seen yet. */
  sawNothing(): void {
    if (this.#state === 'look') this.#state = 'back';
  }

  /** A wanted fragment was read to its end. */
  progressed(): void {
    this.#state = 'none';
    this.#failures = 0;
    this.#stepMs = 0;
    this.#failedNumber = undefined;
  }
}

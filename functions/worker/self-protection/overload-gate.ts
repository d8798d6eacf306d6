import type { Clock } from '../../../shared/clock';
import { DelayHistogram } from './delay-histogram';

/** How often it is judged whether the worker keeps up. */
const LOOK_MS = 1_000;
/**
 * What 5 % of the delays may exceed: nobody notices words that come a tenth of a second later,
 * and from there on each call that is taken costs all others more than the one before.
 */
const CLOSE_ABOVE_MS = 80;
/** Well below, so that what is gained by one call's end is not given to two others. */
const OPEN_BELOW_MS = 30;
/**
 * A core carries two thousand calls. A worker that is late with so few is late for reasons that
 * refusing calls would not cure, and on one machine nobody else would take them.
 */
const ALWAYS_TAKEN = 50;
const JUDGED_SHARE = 0.95;
/** Looks in a row: a pause of the garbage collector alone closes nothing. */
const LOOKS_TO_CLOSE = 3;
const LOOKS_TO_OPEN = 3;
/** The longer the worker must be calm, the more often it was too much; this much at most. */
const MAX_LOOKS_TO_OPEN = 60;
/** An opening that lasted so long was right. */
const LOOKS_TO_FORGET = 60;
/**
 * Of the usual rate, after it was closed: what a call costs at its start comes when the next ones
 * are taken already, and is more the longer it had to wait.
 */
const LEAST_SHARE = 1 / 8;
/** For each look that is calm, up to the usual rate. */
const SHARE_GROWTH = 1.5;
/** Fewer chunks in a look say nothing of the worker: one call that is late by itself does not. */
const MIN_CHUNKS = 50;

export interface OverloadGateOptions {
  readonly clock: Clock;
  readonly lookMs?: number;
  /** Calls that the worker has now. */
  calls(): number;
  /** Told at each change, with the delay that made it. */
  onChange?(isOpen: boolean, delayMs: number): void;
}

/**
 * Whether this worker may take another call: not while its event loop is late or chunks of the
 * calls that it has wait too long before they are sent. So capacity is found by running into
 * it, softly: closing comes before anybody is late, opening takes calm that lasts, each time
 * longer when it proved wrong soon, and begins with few.
 */
export class OverloadGate {
  readonly #loop = new DelayHistogram();
  readonly #chunks = new DelayHistogram();
  #isOpen = true;
  #looksBad = 0;
  #looksCalm = 0;
  #looksOpen = LOOKS_TO_FORGET;
  #looksToOpen = LOOKS_TO_OPEN;
  #share = 1;
  #waiting: (() => void)[] = [];

  constructor(private readonly options: OverloadGateOptions) {}

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Of the usual rate at which calls may be taken while it is open; above 0, at most 1. */
  get share(): number {
    return this.#hasFew ? 1 : this.#share;
  }

  /** A sample of the event loop's lag. */
  loopWasLate(ms: number): void {
    this.#loop.add(ms);
  }

  /** A chunk was sent so long after its last byte was there. */
  chunkWasLate(ms: number): void {
    this.#chunks.add(ms);
  }

  /** Judges until the signal aborts, which opens for good. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, lookMs = LOOK_MS } = this.options;
    while (!signal.aborted) {
      await clock.sleep(lookMs, signal);
      if (!signal.aborted) this.look();
    }
    this.#open();
  }

  /** Resolves when another call may be taken. */
  async opened(): Promise<void> {
    while (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Judges what was told since the last look; `run` calls it. */
  look(): void {
    const delayMs = this.#delayMs();
    this.#loop.reset();
    this.#chunks.reset();
    if (this.#isOpen) this.#lookOpen(delayMs);
    else this.#lookClosed(delayMs);
  }

  get #hasFew(): boolean {
    return this.options.calls() < ALWAYS_TAKEN;
  }

  #delayMs(): number {
    const loopMs = this.#loop.percentile(JUDGED_SHARE);
    if (this.#chunks.count < MIN_CHUNKS) return loopMs;
    return Math.max(loopMs, this.#chunks.percentile(JUDGED_SHARE));
  }

  #lookOpen(delayMs: number): void {
    this.#looksOpen += 1;
    if (this.#looksOpen === LOOKS_TO_FORGET) this.#looksToOpen = LOOKS_TO_OPEN;
    this.#looksBad = delayMs > CLOSE_ABOVE_MS ? this.#looksBad + 1 : 0;
    if (delayMs < OPEN_BELOW_MS) this.#share = Math.min(1, this.#share * SHARE_GROWTH);
    else if (this.#looksBad > 0) this.#share = Math.max(LEAST_SHARE, this.#share / 2);
    if (this.#looksBad < LOOKS_TO_CLOSE || this.#hasFew) return;
    if (this.#looksOpen < LOOKS_TO_FORGET) {
      this.#looksToOpen = Math.min(MAX_LOOKS_TO_OPEN, 2 * this.#looksToOpen);
    }
    this.#isOpen = false;
    this.#looksBad = this.#looksCalm = 0;
    this.options.onChange?.(false, delayMs);
  }

  #lookClosed(delayMs: number): void {
    this.#looksCalm = delayMs < OPEN_BELOW_MS ? this.#looksCalm + 1 : 0;
    if (this.#looksCalm < this.#looksToOpen && !this.#hasFew) return;
    this.#looksOpen = 0;
    this.#share = LEAST_SHARE;
    this.#open();
    this.options.onChange?.(true, delayMs);
  }

  #open(): void {
    this.#isOpen = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

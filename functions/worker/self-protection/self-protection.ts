import type { Clock } from '../../../shared/clock';
import { DelayHistogram } from './delay-histogram';
import { LoopLag } from './loop-lag';
import { OverloadGate, type OverloadGateOptions } from './overload-gate';
import { Yielding } from './yielding';

const REPORTED_SHARE = 0.99;

/** What is told of a call's audio on its way through the worker. Times are monotonic milliseconds. */
export interface AudioWatch {
  /** When audio that is there now was available: before that it waited for the event loop. */
  availableMs(): number;
  /** Audio that was available then has been handed to its session. */
  sent(availableMs: number): void;
  /** Asked before what can wait is done; see `Yielding`. */
  turn(): Promise<void> | undefined;
}

/** Measures how this worker keeps up, and tells whether it may take another call. */
export class SelfProtection implements AudioWatch {
  readonly gate: OverloadGate;
  readonly #clock: Clock;
  readonly #lag: LoopLag;
  readonly #lags = new DelayHistogram();
  readonly #latenesses = new DelayHistogram();
  readonly #yielding = new Yielding();

  constructor(options: OverloadGateOptions) {
    this.#clock = options.clock;
    this.gate = new OverloadGate(options);
    this.#lag = new LoopLag(options.clock, (ms) => {
      this.gate.loopWasLate(ms);
      this.#lags.add(ms);
      this.#yielding.sample(ms, options.clock.monotonicMs());
    });
  }

  /** Measures and judges until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    // A signal of its own: every call listens to the worker's, and each nap would search them all.
    const stop = new AbortController();
    signal.addEventListener('abort', () => stop.abort(), { once: true });
    if (signal.aborted) stop.abort();
    await Promise.all([this.#lag.run(stop.signal), this.gate.run(stop.signal)]);
    this.#yielding.end();
  }

  turn(): Promise<void> | undefined {
    return this.#yielding.turn();
  }

  availableMs(): number {
    return this.#clock.monotonicMs() - this.#lag.lastMs;
  }

  sent(availableMs: number): void {
    const lateMs = this.#clock.monotonicMs() - availableMs;
    this.gate.chunkWasLate(lateMs);
    this.#latenesses.add(lateMs);
  }

  /** 99th percentile of the event loop's lag since this was last asked. */
  takeLoopLagMs(): number {
    return take(this.#lags);
  }

  /** 99th percentile of how late chunks were sent since this was last asked. */
  takeLatenessMs(): number {
    return take(this.#latenesses);
  }
}

function take(histogram: DelayHistogram): number {
  const ms = histogram.percentile(REPORTED_SHARE);
  histogram.reset();
  return ms;
}

import type { Leg } from '../../shared/call';
import { CallscribeError } from '../../shared/errors';
import type { CallState } from '../../shared/record';
import { backoffMs } from '../../shared/retry';
import type { CallControl } from './intake/call-control';
import { isHeardBefore, legChanges, takeLegs } from './leg-changes';
import { runPipeline, type PipelineCall, type PipelineDeps } from './pipeline';
import { PipelineProgress } from './pipeline-progress';
import { AudioGoneError } from './transcribe/interval-run';
import { SilentEnds } from './transcribe/silent-ends';

/**
 * Runs in a row that end for want of audio in memory and move no mark. With the pauses between
 * them that is hours: an outage is waited for, a fault of our own does not go on for ever.
 */
const MAX_RESTARTS = 1_000;
/** A stream without any audio for so long gives way to the one that replaces it. */
const NO_AUDIO_MS = 30_000;

export interface RestartOptions extends Omit<
  PipelineCall,
  'progress' | 'beforeEnd' | 'control' | 'silentEnds'
> {
  readonly control: CallControl;
  /** Asks once more what is told of the call, and tells `control`. Never rejects. */
  askAgain(): Promise<void>;
  /** The call's state has other legs. */
  onLegs(): void;
}

/** The call's legs or its end are other than its pipeline was begun with: begin it anew. */
class CallChangedError extends CallscribeError {
  constructor() {
    super('aborted', 'the call has other legs or another end now; it is read again from the log');
    this.name = 'CallChangedError';
  }
}

/**
 * Runs a call's pipeline to the call's end, and from the log again, as a take-over would, when
 * audio has left memory that is to be replayed, or when the call is told of another leg or of a
 * later end.
 */
export async function runWithRestarts(options: RestartOptions, deps: PipelineDeps): Promise<void> {
  const { writer, logger, signal } = options;
  const silentEnds = new SilentEnds();
  for (let restarts = 0; ;) {
    const before = progressOf(writer.state);
    const run = new Run(options, silentEnds, deps);
    try {
      await run.toItsEnd();
      return;
    } catch (reason) {
      const isChanged = run.isChanged && CallscribeError.from(reason).code === 'aborted';
      if (signal.aborted || !(isChanged || reason instanceof AudioGoneError)) throw reason;
      if (isChanged) {
        await take(run.legs, options);
        continue;
      }
      restarts = progressOf(writer.state) > before ? 0 : restarts + 1;
      if (restarts >= MAX_RESTARTS) throw reason;
      logger.warn({ restarts }, 'audio to replay is read again from the stream');
      if (restarts > 0) await deps.clock.sleep(backoffMs(restarts), signal);
    }
  }
}

/** Grows with every sample that is in the log. */
function progressOf({ marks }: CallState): number {
  return Object.values(marks).reduce<number>((sum, mark) => sum + (mark ?? 0), 0);
}

/** Whoever comes with a message about these legs finds them in the log. */
async function take(legs: readonly Leg[], options: RestartOptions): Promise<void> {
  const { writer, logger } = options;
  logger.info({ legs: legs.length }, 'the call is read again with other legs or another end');
  if (legs.length === 0) return;
  takeLegs(writer.state, legs);
  options.onLegs();
  await writer.append({ type: 'checkpoint' });
}

/** One pipeline, and why it has to stop before its end. */
class Run {
  /** Legs that the next pipeline is to have besides. */
  legs: readonly Leg[] = [];
  isChanged = false;
  readonly #stop = new AbortController();
  readonly #progress = new PipelineProgress();
  readonly #beganMs: number;
  #endTimeMs: number | null;

  constructor(
    private readonly options: RestartOptions,
    private readonly silentEnds: SilentEnds,
    private readonly deps: PipelineDeps,
  ) {
    this.#beganMs = deps.clock.monotonicMs();
    this.#endTimeMs = options.control.endTimeMs;
  }

  async toItsEnd(): Promise<void> {
    const { options } = this;
    const stopListening = options.control.listen(() => this.#look(false));
    try {
      this.#look(false);
      const signal = AbortSignal.any([options.signal, this.#stop.signal]);
      const call = {
        ...options,
        signal,
        progress: this.#progress,
        silentEnds: this.silentEnds,
        beforeEnd: () => this.#beforeEnd(),
      };
      await runPipeline(call, this.deps);
    } finally {
      stopListening();
    }
  }

  /** All audio has been heard: a leg that was to wait for that has its turn now. */
  async #beforeEnd(): Promise<void> {
    await this.options.askAgain();
    this.#look(true);
    if (this.isChanged) throw new CallChangedError();
  }

  #look(isAllHeard: boolean): void {
    const { control, writer } = this.options;
    const { added, replacing } = legChanges(writer.state.legs, control.legs);
    const due = replacing.filter((leg) => isAllHeard || this.#isHeardBefore(leg));
    this.legs = [...added, ...due];
    // What lies after an end is dropped: it takes other readers to have it.
    const isEndLater = (control.endTimeMs ?? Infinity) > (this.#endTimeMs ?? Infinity);
    this.#endTimeMs = control.endTimeMs;
    writer.state.endTimeMs = control.endTimeMs;
    if (this.legs.length === 0 && !isEndLater) return;
    this.isChanged = true;
    this.#stop.abort();
  }

  #isHeardBefore(leg: Leg): boolean {
    const { state } = this.options.writer;
    if (state.startTimeMs === null) {
      return this.deps.clock.monotonicMs() - this.#beganMs >= NO_AUDIO_MS;
    }
    const mark = this.#progress.markOf(leg.channel);
    return isHeardBefore(leg, mark, state) || this.#progress.isAllHeard;
  }
}

import { CallscribeError } from '../../../shared/errors';
import { backoffMs } from '../../../shared/retry';
import { MIN_UNHEARD_MS } from '../segments/marks';
import type { AudioCursor } from './audio-window';
import type { Interval } from './interval';
import type { RunDeps } from './run-deps';
import { AudioGoneError, SessionAttempt, replayFrom } from './session-attempt';

/**
 * Hears one interval to its end, over as many sessions as it takes. `turn` resolves when the
 * interval before is done: audio is sent before that, results are passed on only after. When
 * `turn` rejects, so does this.
 */
export async function runInterval(
  interval: Interval,
  turn: Promise<void>,
  deps: RunDeps,
): Promise<void> {
  let isHead = false;
  const head = turn.then(async () => {
    isHead = true;
    await deps.emit({ type: 'interval', fromSample: interval.knownFrom });
  });
  head.catch(() => undefined);
  let failures = 0;
  // Before and between attempts the audio of the next one is held, however long it has to wait for
  // its start: what comes meanwhile waits in KVS, instead of pushing it out of memory.
  let pin: AudioCursor | undefined = deps.window.cursor(replayFrom(interval, deps));
  try {
    for (;;) {
      if (failures > 0) {
        await head;
        await deps.settled();
        await deps.clock.sleep(backoffMs(failures - 1, deps.random), deps.signal);
      }
      await deps.mayStart(deps.signal);
      if (deps.signal.aborted) throw stopped();
      const attempt = new SessionAttempt(interval, deps, () => isHead);
      pin?.release();
      pin = undefined;
      const failure = await attempt.run(head, () => {
        pin = deps.window.cursor(replayFrom(interval, deps));
      });
      if (deps.signal.aborted) throw stopped();
      if (attempt.heardSomething) deps.refusals.heard();
      if (failure === undefined) {
        if (await isAnswered(interval, deps)) break;
        if (pin === undefined) throw new AudioGoneError();
        continue;
      }
      if (!failure.retryable) {
        // The marks do not count yet what the log's writer was not woken for.
        await deps.settled();
        if (deps.signal.aborted) throw stopped();
        if (deps.refusals.isFinal(sum(deps.marks()))) throw failure;
      }
      failures = attempt.heardSomething ? 1 : failures + 1;
    }
  } finally {
    pin?.release();
  }
  await deps.emit({ type: 'interval-done', toSample: interval.knownTo });
}

/**
 * An end that looks proper is none while there is sound that nothing was said about: a service
 * that went away after the end frame looks the same (C6). Other sessions decide; what they too say
 * nothing of is passed over, as far as all of them heard it.
 */
async function isAnswered(interval: Interval, deps: RunDeps): Promise<boolean> {
  const hasAnswer = () => deps.undecided(interval.knownTo) < minUnheard(deps);
  await deps.settled();
  if (hasAnswer()) return true;
  const passTo = deps.silentEnds.ended(interval.knownTo, (toSample) => deps.undecided(toSample));
  if (passTo === undefined) return false;
  await deps.emit({ type: 'interval', fromSample: passTo });
  await deps.settled();
  return hasAnswer();
}

function minUnheard(deps: RunDeps): number {
  return (MIN_UNHEARD_MS * deps.settings.sampleRateHz) / 1000;
}

function sum(marks: readonly number[]): number {
  return marks.reduce((total, mark) => total + mark, 0);
}

function stopped(): CallscribeError {
  return new CallscribeError('aborted', 'the session was stopped');
}

export { AudioGoneError, REPLAY_LEAD_MS } from './session-attempt';

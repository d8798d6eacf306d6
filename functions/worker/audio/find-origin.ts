import type { EndReason } from '../../../shared/events';
import { ABSENCE_MS, END_GRACE_MS } from './limits';
import type { Source } from './source';

export interface Origin {
  /** Producer time of timeline position 0, epoch milliseconds. */
  readonly startTimeMs: number;
  readonly sampleRateHz: number;
}

export interface FindOriginOptions {
  readonly control: { readonly endTimeMs: number | null };
  readonly holdMs: number;
  readonly idleLimitMs: number;
  readonly maxDurationMs: number;
}

/**
 * Position 0 is the earliest first sample; every stream is waited for before it is fixed (a
 * bounded time once one has audio), so that no leg's audio lies before it. An EndReason: no audio
 * ever came. Throws `unknown-track`, `unsupported-codec`, `bad-audio`. A batch with the first
 * sample stays in its source.
 */
export async function findOrigin(
  sources: readonly Source[],
  options: FindOriginOptions,
): Promise<Origin | EndReason> {
  for (;;) {
    const open = sources.filter(({ finder, ended }) => !finder.found && ended === undefined);
    const found = sources.flatMap(({ finder }) => finder.found ?? []);
    const [first] = found;
    if (first !== undefined) {
      // Each one is asked: the wait of each begins here.
      const present = open.filter(({ finder }) => !finder.isAbsent(ABSENCE_MS, options.holdMs));
      if (present.length === 0) {
        const startTimeMs = Math.min(...found.map(({ timestampMs }) => timestampMs));
        return { startTimeMs, sampleRateHz: first.sampleRateHz };
      }
    } else {
      const reason = endOfNothing(sources, open, options);
      if (reason !== undefined) return reason;
    }
    await Promise.race(open.map((candidate) => candidate.pull()));
    // Several may have come by now, and the next pull of a source takes the place of its batch.
    for (const source of open) look(source);
  }
}

/** Why to give up while no stream has audio of ours; undefined: go on. */
function endOfNothing(
  sources: readonly Source[],
  open: readonly Source[],
  { control, idleLimitMs, maxDurationMs }: FindOriginOptions,
): EndReason | undefined {
  const wrong = open.find(({ finder }) => finder.wrongTracks);
  const isOver = open.every((source) => {
    if (source.finder.wrongTracks || source.isIdle(idleLimitMs)) return true;
    if (control.endTimeMs === null) return false;
    source.endIsKnown();
    return source.isIdleSinceEnd(END_GRACE_MS);
  });
  if (isOver) {
    if (wrong !== undefined) throw wrong.finder.unknownTrack();
    return sources.find(({ ended }) => ended !== undefined)?.ended ?? 'idle';
  }
  return open.every(({ idleMs }) => idleMs >= maxDurationMs) ? 'max-duration' : undefined;
}

function look(source: Source): void {
  const { batch, finder } = source;
  if (batch === undefined) return;
  finder.look(batch);
  const ended = batch.events.find((event) => event.type === 'ended');
  if (ended?.type === 'ended') source.ended = ended.reason;
  // The batch with the first sample is kept: its views stay valid until the next pull.
  if (finder.found === undefined) source.batch = undefined;
}

import type { CallRequest } from '../../shared/call';
import type { Clock, Ticker } from '../../shared/clock';
import type { Logger } from '../../shared/logger';
import type { LegState } from '../../shared/record';
import type { SourceOptions } from './audio/source';
import { compareFragmentNumbers } from './fragments/fragment';
import { readFragments } from './fragments/fragment-reader';
import type { ReaderStart } from './fragments/read-place';
import type { StartPosition } from './kvs/start-position';
import type { CallMetrics } from './metrics';
import type { AudioWatch } from './self-protection/self-protection';

export type OpenMedia = (
  streamArn: string,
  position: StartPosition,
  signal: AbortSignal,
) => Promise<AsyncIterable<Uint8Array>>;

interface SourceDeps {
  readonly openMedia: OpenMedia;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly metrics: Pick<CallMetrics, 'behindLive'>;
  readonly audioWatch?: AudioWatch;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** One reader per stream, however many of the call's legs it carries. */
export function openSources(
  request: CallRequest,
  legs: readonly LegState[],
  deps: SourceDeps,
): SourceOptions[] {
  const streams = new Map<string, LegState[]>();
  for (const leg of legs) {
    const sharing = streams.get(leg.streamArn);
    if (sharing === undefined) streams.set(leg.streamArn, [leg]);
    else sharing.push(leg);
  }
  const behind = new Map<string, number>();
  return [...streams].map(([streamArn, sharing]) => ({
    batches: readFragments({
      open: (position, signal) => deps.openMedia(streamArn, position, signal),
      start: startOf(sharing),
      guard: request.guard,
      callId: request.callId,
      clock: deps.clock,
      ticker: deps.ticker,
      signal: deps.signal,
      turn: () => deps.audioWatch?.turn(),
      onBehind: (ms) => {
        if (behind.get(streamArn) === ms) return;
        behind.set(streamArn, ms);
        deps.metrics.behindLive(Math.max(...behind.values()));
      },
      onTrouble: (reason) =>
        deps.logger.warn(
          { code: reason.code, retryable: reason.retryable },
          'a stream broke off; it is read again',
        ),
    }),
    legs: sharing.map((leg) => ({ leg, resume: leg.resume })),
  }));
}

/** The earliest place from which any of the stream's legs has to be read. */
function startOf(legs: readonly LegState[]): ReaderStart {
  const resumes = legs.flatMap((leg) => leg.resume ?? []);
  const [resume] = resumes.sort((a, b) =>
    compareFragmentNumbers(a.fragmentNumber, b.fragmentNumber),
  );
  if (resume !== undefined) {
    return {
      isResumed: true,
      fragmentNumber: resume.fragmentNumber,
      previousFragmentNumber: resume.previousFragmentNumber,
      timeMs: resume.producerTimestampMs,
    };
  }
  const numbers = legs.flatMap((leg) => leg.startFragmentNumber ?? []);
  const times = legs.flatMap((leg) => leg.startTime ?? []).map((time) => Date.parse(time));
  return {
    fragmentNumber:
      numbers.length === legs.length ? numbers.sort(compareFragmentNumbers)[0] : undefined,
    timeMs: times.length === 0 ? undefined : Math.min(...times),
  };
}

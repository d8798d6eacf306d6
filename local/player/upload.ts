import { systemClock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import { backoffMs } from '../../shared/retry';
import type { Acknowledgement } from '../kinesis-video/acknowledgement';
import { putMedia, type PutMediaOptions } from '../kinesis-video/producer';
import type { SourceFragment } from './call-source';
import { FragmentFeed } from './fragment-feed';
import { pacedPieces, type PacedPiecesOptions } from './paced-pieces';

/** In a row, without a single fragment received in between: about ten seconds. */
const MAX_FAILURES = 8;
const MAX_PAUSE_MS = 5000;

export interface UploadOptions
  extends
    Omit<PutMediaOptions, 'fragments' | 'signal' | 'onAcknowledgement'>,
    Omit<PacedPiecesOptions, 'hangUp'> {
  readonly fragments: AsyncIterable<SourceFragment>;
  /** Where the media pauses for more milliseconds than these, the connection is not kept. */
  readonly longPauseMs: number;
  /** Ends the upload in order, where it is. */
  readonly hangUp?: AbortSignal;
  /** Breaks it off; its reason is thrown. */
  readonly abort: AbortSignal;
  readonly onAcknowledgement: (acknowledgement: Acknowledgement) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * Uploads fragments at their pace, like a producer that does not give up: a connection that
 * breaks or is refused for the moment is followed by another that begins with the first fragment
 * not received; over a long pause none is open, for the service would close it (PROTOCOLS A2).
 * Throws what `putMedia` throws when the fragments themselves are refused, or when eight
 * connections in a row bring nothing forward.
 */
export async function upload(options: UploadOptions): Promise<void> {
  const sleep = options.sleep ?? ((ms) => systemClock.sleep(ms));
  const feed = new FragmentFeed(options.fragments);
  for (let failures = 0; ;) {
    const attempt = new Attempt(options, feed);
    try {
      await attempt.run();
      if (!attempt.isAtPause) return;
    } catch (reason) {
      options.abort.throwIfAborted();
      // Hanging up may cut the last fragment where one of its tracks has nothing yet.
      if (options.hangUp?.aborted === true) return;
      failures = attempt.hasReceived ? 1 : failures + 1;
      if (attempt.isRefused || !isConnectionError(reason) || failures >= MAX_FAILURES) throw reason;
      await sleep(backoffMs(failures, undefined, { baseMs: 200, maxMs: MAX_PAUSE_MS }));
    }
  }
}

/** One PutMedia call. */
class Attempt {
  hasReceived = false;
  /** A rule is broken (ErrorId 4000 to 4499): the same fragments would be refused again. */
  isRefused = false;
  /** It ended in order, because what comes next is far away. */
  isAtPause = false;

  constructor(
    private readonly options: UploadOptions,
    private readonly feed: FragmentFeed,
  ) {}

  async run(): Promise<void> {
    const { hangUp, abort, startTimeMs, pacer, onPosition, ...media } = this.options;
    // The pieces of a connection that is over must not wait on for their time.
    const over = new AbortController();
    const stops = [over.signal, ...(hangUp === undefined ? [] : [hangUp])];
    try {
      await putMedia({
        ...media,
        fragments: pacedPieces(this.#untilPause(), {
          startTimeMs,
          pacer,
          onPosition,
          hangUp: AbortSignal.any(stops),
        }),
        onAcknowledgement: (acknowledgement) => this.#acknowledge(acknowledgement),
        signal: abort,
      });
    } finally {
      over.abort();
    }
  }

  async *#untilPause(): AsyncGenerator<SourceFragment> {
    let endMs = Infinity;
    for await (const fragment of this.feed.remaining()) {
      this.isAtPause = fragment.timestampMs - endMs > this.options.longPauseMs;
      if (this.isAtPause) return;
      yield fragment;
      endMs = Math.max(...fragment.blocks.map((block) => block.endMs));
    }
  }

  #acknowledge(acknowledgement: Acknowledgement): void {
    const { EventType, FragmentTimecode, ErrorId = 0 } = acknowledgement;
    if (EventType === 'ERROR' && ErrorId >= 4000 && ErrorId < 4500) this.isRefused = true;
    if (EventType === 'RECEIVED' && FragmentTimecode !== undefined) {
      this.hasReceived = true;
      this.feed.received(FragmentTimecode - this.options.startTimeMs);
    }
    this.options.onAcknowledgement(acknowledgement);
  }
}

/** Anything else comes from reading the file, or is no matter of trying again. */
function isConnectionError(reason: unknown): boolean {
  return reason instanceof CallscribeError && (reason.retryable || reason.code === 'stream-error');
}

import { z } from 'zod';
import type { MediaStream } from './media-stream';
import type { StoredFragment } from './stored-fragment';

const numberSchema = z.string().regex(/^[0-9]{1,128}$/);

/** GetMedia's StartSelector as it is on the wire; timestamps are epoch seconds with decimals. */
export const startSelectorSchema = z.discriminatedUnion('StartSelectorType', [
  z.object({ StartSelectorType: z.literal('NOW') }),
  z.object({ StartSelectorType: z.literal('EARLIEST') }),
  z.object({ StartSelectorType: z.literal('FRAGMENT_NUMBER'), AfterFragmentNumber: numberSchema }),
  z.object({ StartSelectorType: z.literal('SERVER_TIMESTAMP'), StartTimestamp: z.number() }),
  z.object({ StartSelectorType: z.literal('PRODUCER_TIMESTAMP'), StartTimestamp: z.number() }),
  z.object({ StartSelectorType: z.literal('CONTINUATION_TOKEN'), ContinuationToken: numberSchema }),
]);
export type StartSelector = z.infer<typeof startSelectorSchema>;

/**
 * The ordinal of the first fragment to send, which may not have begun yet; undefined when the
 * fragment that was named is not in the stream (in-band error 4000).
 */
export function resolveStart(stream: MediaStream, selector: StartSelector): number | undefined {
  switch (selector.StartSelectorType) {
    case 'NOW':
      return stream.newest?.ordinal ?? stream.nextOrdinal;
    case 'EARLIEST':
      return 0;
    case 'FRAGMENT_NUMBER': {
      const named = stream.find(selector.AfterFragmentNumber);
      if (named === undefined) return undefined;
      return named.ordinal + (stream.behaviour.afterFragment === 'inclusive' ? 0 : 1);
    }
    case 'CONTINUATION_TOKEN': {
      const sent = stream.find(selector.ContinuationToken);
      return sent === undefined ? undefined : sent.ordinal + 1;
    }
    case 'SERVER_TIMESTAMP': {
      const wantedMs = Math.round(selector.StartTimestamp * 1000);
      return firstReaching(stream, wantedMs, (fragment) => fragment.completedAtMs);
    }
    case 'PRODUCER_TIMESTAMP': {
      const wantedMs = Math.round(selector.StartTimestamp * 1000);
      return firstReaching(stream, wantedMs, producerEndMs);
    }
  }
}

/** "The chunk containing the fragment that has the specified timestamp", else the next later. */
function firstReaching(
  stream: MediaStream,
  wantedMs: number,
  endMs: (fragment: StoredFragment) => number,
): number {
  const first = stream.fragments.find(
    (fragment) => fragment.state !== 'dropped' && endMs(fragment) >= wantedMs,
  );
  return first?.ordinal ?? stream.nextOrdinal;
}

/** Start of the last block, the best that is known without the codec; Infinity while it grows. */
function producerEndMs(fragment: StoredFragment): number {
  if (fragment.state === 'open') return Infinity;
  return fragment.start.producerTimestampMs + fragment.lastBlockMs;
}

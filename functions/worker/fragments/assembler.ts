import { MkvDemuxer } from '../mkv/demuxer';
import { KnownTexts } from '../mkv/known-texts';
import type { FragmentEvent } from './fragment';
import { FragmentBuilder } from './fragment-builder';
import { TagName } from './tags';

const TAG_NAMES = new KnownTexts(Object.values(TagName));

/**
 * Bytes of one GetMedia body in, fragment events out, synchronously. Never throws on bytes.
 * Memory: that of `MkvDemuxer` plus one document's tags and tracks; events are handed over.
 */
export class FragmentAssembler {
  private readonly builder = new FragmentBuilder();
  private readonly demuxer = new MkvDemuxer(this.builder, TAG_NAMES);

  /** Bytes allocated for an element that reads have split, at most `MAX_SCRATCH_BYTES`. */
  get scratchBytes(): number {
    return this.demuxer.scratchBytes;
  }

  /** The payloads in the result are views of `bytes`. */
  push(bytes: Uint8Array): FragmentEvent[] {
    this.demuxer.push(bytes);
    return this.builder.takeEvents();
  }

  /** The body has ended: a fragment still open comes out as `incomplete`. */
  end(): FragmentEvent[] {
    this.demuxer.end();
    this.builder.endDocument();
    return this.builder.takeEvents();
  }
}

/**
 * One array of events per network read (it may be empty), and one more when the end of the body,
 * or a broken connection, leaves something to say; the connection's error is passed on after it.
 * Payloads are valid until the next pull, and each pull reads once: that is the back-pressure.
 */
export async function* assembleFragments(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly FragmentEvent[], void, undefined> {
  const assembler = new FragmentAssembler();
  try {
    for await (const read of bytes) yield assembler.push(read);
  } catch (reason) {
    yield* remainder(assembler);
    throw reason;
  }
  yield* remainder(assembler);
}

function* remainder(assembler: FragmentAssembler): Generator<readonly FragmentEvent[]> {
  const events = assembler.end();
  if (events.length > 0) yield events;
}

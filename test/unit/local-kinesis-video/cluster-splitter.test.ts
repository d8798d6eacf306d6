import { ClusterSplitter } from '../../../local/kinesis-video/cluster-splitter';
import type { SplitterSink } from '../../../local/kinesis-video/cluster-splitter';
import { PutMediaError } from '../../../local/kinesis-video/media-errors';
import { concatBytes, encodeElement, encodeId } from '../../../local/mkv/ebml-encoding';
import { encodeCluster, encodeHeader, encodeTags } from '../../../local/mkv/writer';
import { ElementId } from '../../../functions/worker/mkv/element-ids';
import { makeFragment, TWO_TRACKS } from './support';

const HEADER = encodeHeader(TWO_TRACKS);
const TAGS = encodeTags([{ name: 'ContactId', value: 'contact-1' }]);
const BLOCKS = makeFragment(0, TWO_TRACKS).blocks.slice(0, 4);
const KNOWN = encodeCluster({ timestampMs: 5000, blocks: BLOCKS, size: 'known' });
const UNKNOWN = encodeCluster({ timestampMs: 6000, blocks: BLOCKS, size: 'unknown' });

/** Everything a body was split into, media joined again. */
class Recorder implements SplitterSink {
  readonly calls: string[] = [];
  media: Uint8Array = new Uint8Array();

  header({ bytes, trackNumbers, timestampScaleNs }: Parameters<SplitterSink['header']>[0]): void {
    this.calls.push(`header ${bytes.length} ${trackNumbers.join('+')} ${timestampScaleNs}`);
  }
  clusterStart(bytes: Uint8Array, sizeKnown: boolean): void {
    this.#add(bytes);
    this.calls.push(`cluster ${sizeKnown ? 'known' : 'unknown'}`);
  }
  clusterTimestamp(timestamp: number): void {
    this.calls.push(`time ${timestamp}`);
  }
  block(trackNumber: number, relative: number): void {
    this.calls.push(`block ${trackNumber} ${relative}`);
  }
  clusterBytes(bytes: Uint8Array): void {
    this.#add(bytes);
  }
  clusterEnd(): void {
    this.calls.push('end');
  }
  tags(bytes: Uint8Array): void {
    this.calls.push(`tags ${bytes.length}`);
  }
  #add(bytes: Uint8Array): void {
    this.media = concatBytes([this.media, bytes]);
  }
}

function split(parts: readonly Uint8Array[], maxElementBytes = 1_000_000): Recorder {
  const recorder = new Recorder();
  const splitter = new ClusterSplitter(recorder, maxElementBytes);
  for (const part of parts) splitter.push(part);
  splitter.end();
  return recorder;
}

function errorIdOf(parts: readonly Uint8Array[], maxElementBytes?: number): unknown {
  try {
    split(parts, maxElementBytes);
  } catch (reason) {
    return reason instanceof PutMediaError ? reason.errorId : reason;
  }
  return undefined;
}

describe('ClusterSplitter', () => {
  const body = concatBytes([HEADER, KNOWN, TAGS, UNKNOWN, TAGS, UNKNOWN, KNOWN]);

  it('tells header, clusters, blocks and tags apart, and hands on every media byte', () => {
    const recorder = split([HEADER, KNOWN, TAGS, UNKNOWN]);

    const blocks = BLOCKS.map(
      ({ trackNumber, timestampMs }) => `block ${trackNumber} ${timestampMs}`,
    );
    expect(recorder.calls).toEqual([
      `header ${HEADER.length} 1+2 1000000`,
      'cluster known',
      'time 5000',
      ...blocks,
      'end',
      `tags ${TAGS.length}`,
      'cluster unknown',
      'time 6000',
      ...blocks,
      'end',
    ]);
    expect(Buffer.compare(recorder.media, concatBytes([KNOWN, UNKNOWN]))).toBe(0);
  });

  it('splits the same however the body is cut in two', () => {
    const whole = split([body]);

    for (let cut = 0; cut <= body.length; cut += 1) {
      const halves = split([body.subarray(0, cut), body.subarray(cut)]);
      expect(halves.calls).toEqual(whole.calls);
      expect(Buffer.compare(halves.media, whole.media)).toBe(0);
    }
  });

  it('splits the same a byte at a time', () => {
    const bytes = Array.from(body, (_, index) => body.subarray(index, index + 1));

    expect(split(bytes).calls).toEqual(split([body]).calls);
  });

  it('counts tags before the first cluster as part of the header', () => {
    const recorder = split([HEADER, TAGS, KNOWN]);

    expect(recorder.calls[0]).toBe(`header ${HEADER.length + TAGS.length} 1+2 1000000`);
    expect(recorder.calls.some((call) => call.startsWith('tags'))).toBe(false);
  });

  it('finds the block inside a BlockGroup', () => {
    const block = Uint8Array.of(0x82, 0, 40, 0, 1, 2, 3);
    const group = encodeElement(ElementId.BlockGroup, encodeElement(ElementId.Block, block));

    expect(split([HEADER, UNKNOWN, group]).calls).toContain('block 2 40');
  });

  it.each([
    ['bytes that are no EBML', [Uint8Array.of(0, 1, 2, 3)]],
    ['a cluster before the tracks', [HEADER.subarray(0, tracksOffset()), KNOWN]],
    ['a second segment', [HEADER, KNOWN, HEADER]],
    ['a child that is longer than its cluster', [HEADER, truncatedCluster()]],
  ])('refuses %s as invalid MKV', (_, parts) => {
    expect(errorIdOf(parts)).toBe(4006);
  });

  it('refuses an element over the fragment limit before holding it', () => {
    const huge = encodeElement(ElementId.SimpleBlock, new Uint8Array(2000)).subarray(0, 10);

    expect(errorIdOf([HEADER, UNKNOWN, huge], 1000)).toBe(4001);
  });
});

function tracksOffset(): number {
  return Buffer.from(HEADER).indexOf(encodeId(ElementId.Tracks));
}

/** A cluster of known size 3 whose only child says it has 100 bytes. */
function truncatedCluster(): Uint8Array {
  return encodeElement(ElementId.Cluster, Uint8Array.of(0xa3, 0xe4, 0));
}

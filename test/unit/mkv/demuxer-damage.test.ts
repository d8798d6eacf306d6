import { MkvDemuxer } from '../../../functions/worker/mkv/demuxer';
import { ElementId } from '../../../functions/worker/mkv/element-ids';
import {
  MAX_BLOCK_BYTES,
  MAX_HEADER_ELEMENT_BYTES,
  MAX_SCRATCH_BYTES,
  MAX_SKIPPED_BYTES,
} from '../../../functions/worker/mkv/limits';
import {
  concatBytes,
  encodeElement,
  encodeId,
  encodeSize,
  encodeUnknownSize,
} from '../../../local/mkv/ebml-encoding';
import {
  encodeCluster,
  encodeClusterStart,
  encodeHeader,
  encodeSimpleBlock,
} from '../../../local/mkv/writer';
import { drip } from '../../support/drip';
import { buildFragment, CONNECT_TRACK_SPECS, joinBytes } from '../../support/mkv-builder';
import { callsOf, MkvRecorder, recordDemux } from '../../support/mkv-recorder';

const HEADER = encodeHeader(CONNECT_TRACK_SPECS);
const EBML_HEADER = HEADER.slice(0, Buffer.from(HEADER).indexOf('18538067', 0, 'hex'));
const CLUSTER = encodeClusterStart(0);
const BLOCK = encodeSimpleBlock({ trackNumber: 1, timestampMs: 0, payload: Uint8Array.of(0xaa) });
const GOOD = buildFragment();

/** Only the head of an element that says it has `size` bytes. */
const headOf = (id: number, size: number): Uint8Array =>
  concatBytes([encodeId(id), encodeSize(size)]);
const unknownSized = (id: number): Uint8Array => concatBytes([encodeId(id), encodeUnknownSize(1)]);

describe('MkvDemuxer, given damage', () => {
  it.each<[string, Uint8Array[], Uint8Array[]]>([
    ['bytes that are no MKV', [], [Uint8Array.of(0x47, 0x45, 0x54)]],
    ['a document without Segment', [EBML_HEADER], [CLUSTER]],
    ['an element id of five octets', [HEADER], [Uint8Array.of(0x08)]],
    ['a size of nine octets', [HEADER, CLUSTER], [Uint8Array.of(0xa3, 0x00)]],
    ['a block outside a cluster', [HEADER], [BLOCK]],
    ['a block before its cluster has a time', [HEADER, unknownSized(ElementId.Cluster)], [BLOCK]],
    ['a block larger than any', [HEADER, CLUSTER], [headOf(0xa3, MAX_BLOCK_BYTES + 1)]],
    ['a block of unknown size', [HEADER, CLUSTER], [unknownSized(ElementId.SimpleBlock)]],
    ['a block without a head', [HEADER, CLUSTER], [encodeElement(0xa3, Uint8Array.of(0x81))]],
    ['Tags larger than any', [HEADER], [headOf(ElementId.Tags, MAX_HEADER_ELEMENT_BYTES + 1)]],
    ['Tags of unknown size', [HEADER], [unknownSized(ElementId.Tags)]],
    ['Tags that are damaged', [HEADER], [encodeElement(ElementId.Tags, Uint8Array.of(0x73))]],
    ['Tracks that are damaged', [HEADER], [encodeElement(ElementId.Tracks, Uint8Array.of(0xae))]],
    ['a track without number', [HEADER], [encodeElement(ElementId.Tracks, headOf(0xae, 0))]],
    ['Info that is damaged', [HEADER], [encodeElement(ElementId.Info, Uint8Array.of(0x2a))]],
    ['a skipped element larger than any', [HEADER], [headOf(0xec, MAX_SKIPPED_BYTES + 1)]],
    ['a skipped element of unknown size', [HEADER], [unknownSized(ElementId.Void)]],
    ['a Timestamp of nine octets', [HEADER, CLUSTER], [encodeElement(0xe7, new Uint8Array(9))]],
    ['a second Segment', [HEADER], [unknownSized(ElementId.Segment)]],
    ['a BlockGroup cut short', [HEADER, CLUSTER], [encodeElement(0xa0, Uint8Array.of(0xa1))]],
    [
      'a huge size of eight octets',
      [HEADER, CLUSTER],
      [Uint8Array.of(0xa3, 1, 254, 0, 0, 0, 0, 0, 0)],
    ],
  ])('names %s by its offset, once, and goes on with the next document', (_name, before, bad) => {
    const start = concatBytes(before);
    const body = joinBytes([start, ...bad, BLOCK, GOOD]);

    const calls = recordDemux([body]);

    expect(callsOf(calls, 'malformed')).toEqual([
      { type: 'malformed', message: expect.any(String), byteOffset: start.length },
    ]);
    const restart = calls.map((call) => call.type).lastIndexOf('document');
    expect(calls.slice(restart + 1)).toEqual(recordDemux([GOOD]).slice(1));
    expect(recordDemux(drip(body, 1))).toEqual(calls);
  });

  it('notices a block that crosses the end of its cluster', () => {
    const cluster = encodeCluster({
      timestampMs: 0,
      size: 'known',
      blocks: [{ trackNumber: 1, timestampMs: 0, payload: new Uint8Array(20) }],
    });
    cluster[4] = cluster[4]! - 1;

    const calls = recordDemux([joinBytes([HEADER, cluster, GOOD])]);

    expect(callsOf(calls, 'malformed')[0]?.message).toContain('crosses the end of its cluster');
    expect(callsOf(calls, 'block')).toHaveLength(2);
  });

  it.each([
    ['smaller', -1],
    ['smaller by many', -9],
    ['larger', 1],
    ['larger by many', 9],
  ])('hands on no block whose size became %s', (_name, change) => {
    const blocks = [1, 2, 1, 2].map((trackNumber, index) => ({
      trackNumber,
      timestampMs: index * 10,
      payload: Uint8Array.from({ length: 40 }, (_, at) => at * index + 1),
    }));
    const fragment = buildFragment({ blocks });
    const sizeAt = Buffer.from(fragment).indexOf('a3ac82000a', 0, 'hex') + 1;
    const intact = callsOf(recordDemux([fragment]), 'block');

    fragment[sizeAt] = fragment[sizeAt]! + change;
    const calls = recordDemux([fragment]);

    expect(callsOf(calls, 'block')).toEqual(intact.slice(0, 1));
    expect(callsOf(calls, 'malformed')).toHaveLength(1);
    expect(recordDemux([fragment.slice(0, sizeAt), fragment.slice(sizeAt)])).toEqual(calls);
    expect(recordDemux([fragment.slice(0, sizeAt + 9), fragment.slice(sizeAt + 9)])).toEqual(calls);
  });

  it('lets no damage swallow the document that follows, wherever the first one is cut', () => {
    const good = recordDemux([GOOD]).slice(1);
    const first = buildFragment({ clusterSize: 'known' });

    for (let at = 0; at < first.length; at += 1) {
      const calls = recordDemux([joinBytes([first.slice(0, at), GOOD])]);
      const last = calls.map((call) => call.type).lastIndexOf('document');

      expect(calls.slice(last + 1)).toEqual(good);
    }
  });

  it('finds the next document when its header is split over reads', () => {
    const garbage = Uint8Array.of(0xff, 0xff, 0x1a, 0x45, 0x1a, 0x45, 0xdf);
    const body = joinBytes([garbage, GOOD]);
    const good = recordDemux([GOOD]).slice(1);

    for (let at = 1; at < garbage.length + 60; at += 1) {
      const calls = recordDemux([body.slice(0, at), body.slice(at)]);

      expect(calls.slice(2)).toEqual(good);
    }
  });

  it('takes the magic octets for audio when no header follows them', () => {
    const payload = Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x01, 0x02, 0x1a, 0x45);
    const blocks = [{ trackNumber: 1, timestampMs: 0, payload }];
    const body = joinBytes([buildFragment({ blocks }), GOOD]);

    const calls = recordDemux([body]);

    expect(callsOf(calls, 'malformed')).toEqual([]);
    expect(callsOf(calls, 'block')[0]?.hex).toBe('1a45dfa39f01021a45');
    expect(recordDemux(drip(body, 1))).toEqual(calls);
  });

  it('passes on at the end what could have been the start of a header', () => {
    const payload = Uint8Array.of(0x07, 0x1a, 0x45, 0xdf);
    const last = encodeSimpleBlock({ trackNumber: 1, timestampMs: 0, payload });

    const calls = recordDemux([joinBytes([HEADER, CLUSTER, last])]);

    expect(callsOf(calls, 'block')[0]?.hex).toBe('071a45df');
  });
});

describe('the memory of MkvDemuxer', () => {
  it('grows with the bytes that arrive, not with the size that is claimed', () => {
    const demuxer = new MkvDemuxer(new MkvRecorder());

    demuxer.push(joinBytes([HEADER, CLUSTER, headOf(ElementId.SimpleBlock, MAX_BLOCK_BYTES)]));
    demuxer.push(new Uint8Array(10));

    expect(demuxer.scratchBytes).toBeGreaterThan(0);
    expect(demuxer.scratchBytes).toBeLessThanOrEqual(65_536);
  });

  it('never exceeds its bound, and is given back', () => {
    const recorder = new MkvRecorder();
    const demuxer = new MkvDemuxer(recorder);
    const payload = new Uint8Array(MAX_BLOCK_BYTES - 4).fill(1);
    const block = encodeSimpleBlock({ trackNumber: 1, timestampMs: 0, payload });
    let most = 0;

    for (const read of drip(joinBytes([HEADER, CLUSTER, block]), 50_001)) {
      demuxer.push(read);
      most = Math.max(most, demuxer.scratchBytes);
    }

    expect(callsOf(recorder.calls, 'block')).toHaveLength(1);
    expect(most).toBeGreaterThan(MAX_BLOCK_BYTES / 2);
    expect(most).toBeLessThanOrEqual(MAX_SCRATCH_BYTES);
    expect(demuxer.scratchBytes).toBe(0);
  });
});

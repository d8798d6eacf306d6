import { MkvDemuxer } from '../../../functions/worker/mkv/demuxer';
import { ElementId } from '../../../functions/worker/mkv/element-ids';
import {
  concatBytes,
  encodeElement,
  encodeMaster,
  encodeTextElement,
  encodeUnsignedElement,
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

const BLOCK = encodeSimpleBlock({ trackNumber: 1, timestampMs: 3, payload: Uint8Array.of(0xaa) });

/** A document of Connect's tracks and these elements after them. */
const documentWith = (...elements: Uint8Array[]): Uint8Array =>
  concatBytes([encodeHeader(CONNECT_TRACK_SPECS), ...elements]);

describe('MkvDemuxer', () => {
  it('reports a fragment element by element, in order', () => {
    const calls = recordDemux([buildFragment({ clusterTimestampMs: 700 })]);

    expect(calls.map((call) => call.type)).toEqual(
      'document scale tracks tags tags cluster block block tags'.split(' '),
    );
    expect(callsOf(calls, 'cluster')).toEqual([{ type: 'cluster', timestamp: 700 }]);
    expect(callsOf(calls, 'block')[1]).toEqual({
      type: 'block',
      track: 2,
      at: 0,
      hex: '05060708',
    });
    expect(callsOf(calls, 'tags')[0]?.tags).toEqual([{ name: 'ContactId', value: 'contact-1' }]);
  });

  it('reads every property of a track', () => {
    const header = encodeHeader([
      {
        number: 300,
        name: 'left',
        codecId: 'A_PCM/INT/LIT',
        sampleRateHz: 16_000,
        channels: 2,
        bitDepth: 16,
        codecPrivate: Uint8Array.of(1, 2),
      },
    ]);

    expect(callsOf(recordDemux([header]), 'tracks')[0]?.tracks).toEqual([
      {
        number: 300,
        name: 'left',
        codecId: 'A_PCM/INT/LIT',
        sampleRateHz: 16_000,
        channels: 2,
        bitDepth: 16,
        codecPrivate: Uint8Array.of(1, 2),
      },
    ]);
  });

  it('gives a track without audio properties the defaults of Matroska', () => {
    const header = encodeHeader([
      { number: 1, codecId: 'V_VP9', sampleRateHz: 44_100, trackType: 1 },
    ]);

    expect(callsOf(recordDemux([header]), 'tracks')[0]?.tracks[0]).toMatchObject({
      name: '',
      sampleRateHz: 8000,
      channels: 1,
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('knows unknown sizes of %d octets', (octets) => {
    const fragment = { clusterSizeLength: octets, segmentSizeLength: octets };
    const plain = recordDemux([buildFragment()]).map((call) => ({ ...call, byteOffset: 0 }));

    const calls = recordDemux([buildFragment(fragment)]);

    expect(calls.map((call) => ({ ...call, byteOffset: 0 }))).toEqual(plain);
  });

  it('reads clusters of known size like those of unknown size', () => {
    expect(recordDemux([buildFragment({ clusterSize: 'known', clusterSizeLength: 8 })])).toEqual(
      recordDemux([buildFragment({ clusterSize: 'unknown' })]),
    );
  });

  it('ends a cluster of unknown size at the next cluster', () => {
    const calls = recordDemux([
      documentWith(encodeClusterStart(5), BLOCK, encodeClusterStart(9), BLOCK),
    ]);

    expect(calls.slice(3).map((call) => call.type)).toEqual([
      'cluster',
      'block',
      'cluster',
      'block',
    ]);
    expect(callsOf(calls, 'malformed')).toEqual([]);
  });

  it.each([
    ['Void', ElementId.Void, 300],
    ['CRC-32', ElementId.CRC32, 4],
    ['Position', ElementId.Position, 3],
    ['PrevSize', ElementId.PrevSize, 8],
  ])('skips %s among blocks and elsewhere', (_name, id, size) => {
    const skipped = encodeElement(id, new Uint8Array(size).fill(0xa3));
    const body = documentWith(skipped, encodeClusterStart(0), BLOCK, skipped, BLOCK, skipped);

    const calls = recordDemux([body]);

    expect(callsOf(calls, 'malformed')).toEqual([]);
    expect(callsOf(calls, 'block')).toHaveLength(2);
    expect(recordDemux(drip(body, 1))).toEqual(calls);
  });

  it.each([
    ['Cues', ElementId.Cues],
    ['SeekHead', ElementId.SeekHead],
    ['Attachments', ElementId.Attachments],
    ['an unheard-of id', 0x4abc],
    ['an unheard-of long id', 0x1abcdef1],
  ])('skips %s before and after clusters', (_name, id) => {
    const skipped = encodeElement(id, new Uint8Array(300).fill(0xa3));
    const blocks = [{ trackNumber: 1, timestampMs: 0, payload: Uint8Array.of(1) }];
    const cluster = encodeCluster({ timestampMs: 0, size: 'known', blocks });
    const body = documentWith(skipped, cluster, skipped, cluster);

    const calls = recordDemux([body]);

    expect(callsOf(calls, 'malformed')).toEqual([]);
    expect(callsOf(calls, 'block')).toHaveLength(2);
    expect(recordDemux(drip(body, 1))).toEqual(calls);
  });

  it('reads the Block of a BlockGroup', () => {
    const block = encodeElement(ElementId.Block, Uint8Array.of(0x82, 0, 7, 0, 0xbb));
    const group = encodeMaster(ElementId.BlockGroup, [block, encodeUnsignedElement(0x9b, 20)]);

    const calls = recordDemux([documentWith(encodeClusterStart(0), group)]);

    expect(callsOf(calls, 'block')).toEqual([{ type: 'block', track: 2, at: 7, hex: 'bb' }]);
  });

  it('reads tag values that are padded, repeated or not ASCII', () => {
    const tag = (value: string): Uint8Array =>
      encodeMaster(ElementId.Tag, [
        encodeMaster(ElementId.SimpleTag, [
          encodeTextElement(ElementId.TagName, 'Näme'),
          encodeTextElement(ElementId.TagString, value),
        ]),
      ]);
    const tags = encodeMaster(ElementId.Tags, [tag('one\0\0'), tag('twö')]);

    expect(callsOf(recordDemux([documentWith(tags)]), 'tags')[0]?.tags).toEqual([
      { name: 'Näme', value: 'one' },
      { name: 'Näme', value: 'twö' },
    ]);
  });

  it('hands out the pushed bytes themselves when a block lies within one read', () => {
    const read = buildFragment();
    const seen: Uint8Array[] = [];
    const ignore = (): void => undefined;
    const demuxer = new MkvDemuxer({
      onDocument: ignore,
      onTimestampScale: ignore,
      onTracks: ignore,
      onTags: ignore,
      onCluster: ignore,
      onMalformed: ignore,
      onBlock: (_track, _at, bytes) => seen.push(bytes),
    });

    demuxer.push(read);

    expect(seen).toHaveLength(2);
    expect(seen.every((bytes) => bytes === read)).toBe(true);
    expect(demuxer.scratchBytes).toBe(0);
  });
});

describe('MkvDemuxer, fed in pieces', () => {
  const body = joinBytes([
    buildFragment({ clusterSize: 'known' }),
    buildFragment({ clusterSize: 'unknown', afterCluster: [encodeElement(ElementId.Void, BLOCK)] }),
  ]);
  const whole = recordDemux([body]);

  it('calls the same for every size of read', () => {
    expect(callsOf(whole, 'block')).toHaveLength(4);
    for (let readBytes = 1; readBytes < 200; readBytes += 1) {
      expect(recordDemux(drip(body, readBytes))).toEqual(whole);
    }
  });

  it.each([
    ['Buffers', (memory: ArrayBuffer, length: number) => Buffer.from(memory, 0, length)],
    ['other arrays', (memory: ArrayBuffer, length: number) => new Uint8Array(memory, 0, length)],
  ])('calls the same when reads come in memory that is used again, as %s', (_name, viewOf) => {
    const codecPrivate = Uint8Array.from({ length: 18 }, (_, at) => at + 1);
    const tracks = CONNECT_TRACK_SPECS.map((track) => ({ ...track, codecPrivate }));
    const long = joinBytes([body, buildFragment({ tracks }), body]);
    const calls = recordDemux([long]);
    for (const readBytes of [1, 2, 3, 5, 8, 13, 21, 60, 400, long.length]) {
      const recorder = new MkvRecorder();
      const demuxer = new MkvDemuxer(recorder);
      const memory = new ArrayBuffer(readBytes);
      for (const read of drip(long, readBytes)) {
        const view = viewOf(memory, read.length);
        view.set(read);
        demuxer.push(view);
        view.fill(0xee);
      }
      demuxer.end();

      expect(recorder.calls).toEqual(calls);
    }
  });

  it('calls the same when split in two at any offset', () => {
    for (let at = 0; at <= body.length; at += 1) {
      expect(recordDemux([body.slice(0, at), body.slice(at)])).toEqual(whole);
    }
  });

  it('calls a prefix of the same when truncated at any offset, and nothing malformed', () => {
    for (let at = 0; at <= body.length; at += 1) {
      const calls = recordDemux([body.slice(0, at)]);

      expect(calls).toEqual(whole.slice(0, calls.length));
    }
  });
});

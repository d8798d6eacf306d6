import { Decoder } from 'ebml';
import { ElementId } from '../../../functions/worker/mkv/element-ids';
import { encodeElement } from '../../../local/mkv/ebml-encoding';
import type { BlockSpec, TagSpec } from '../../../local/mkv/writer';
import { drip } from '../../support/drip';
import { buildFragment, joinBytes, numberOf } from '../../support/mkv-builder';
import { callsOf, recordDemux } from '../../support/mkv-recorder';
import { seededRandom } from '../../support/seeded-random';

/**
 * `ebml` is an independent reader of the same format. It closes an unknown-size Segment after
 * its first child, but what it says of each single element is right, and that is compared.
 */
const STREAMS = 30;
const READ_BYTES = [1, 2, 3, 5, 8, 13, 64, 255, 1024, 1500, 16_384, 65_536];

interface Content {
  /** `track:timestamp:payload` of every SimpleBlock, `name=value` of every tag, in order. */
  readonly blocks: string[];
  readonly tags: string[];
}

describe.each(Array.from({ length: STREAMS }, (_, seed) => seed))('stream %d', (seed) => {
  const body = randomBody(seed);
  const expected = readWithReference(body);

  it('has the same blocks and tags as the reference finds, at every size of read', () => {
    expect(expected.blocks.length).toBeGreaterThan(0);
    for (const readBytes of [...READ_BYTES, body.length]) {
      expect(readWithOurs(drip(body, readBytes))).toEqual(expected);
    }
  });
});

function readWithReference(body: Uint8Array): Content {
  const content: Content = { blocks: [], tags: [] };
  const decoder = new Decoder();
  let name: unknown;
  decoder.on('data', ([kind, { name: element, value, track, payload, data }]) => {
    if (kind !== 'tag') return;
    if (element === 'TagName') name = value;
    if (element === 'TagString') content.tags.push(`${String(name)}=${String(value)}`);
    if (element !== 'SimpleBlock' || payload === undefined || data === undefined) return;
    const at = Buffer.from(data).readInt16BE(data.length - payload.length - 3);
    content.blocks.push(`${track}:${at}:${Buffer.from(payload).toString('hex')}`);
  });
  decoder.write(Buffer.from(body));
  return content;
}

function readWithOurs(reads: readonly Uint8Array[]): Content {
  const calls = recordDemux(reads);
  expect(callsOf(calls, 'malformed')).toEqual([]);
  return {
    blocks: callsOf(calls, 'block').map(({ track, at, hex }) => `${track}:${at}:${hex}`),
    tags: callsOf(calls, 'tags').flatMap(({ tags }) =>
      tags.map(({ name, value }) => `${name}=${value}`),
    ),
  };
}

/** A few fragments of everything that may differ between producers. */
function randomBody(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => upTo(256));
  const tags = (): TagSpec[] =>
    Array.from({ length: upTo(4) }, (_, index) => ({
      name: `Tag${index}`,
      value: 'vé'.repeat(upTo(60)),
    }));
  const trackNumbers = [1, 2, 127, 300].slice(0, 1 + upTo(4));
  const block = (): BlockSpec => ({
    trackNumber: trackNumbers[upTo(trackNumbers.length)] ?? 1,
    timestampMs: upTo(65_536) - 32_768,
    payload: bytes([upTo(8), 80, 160, 320, 1024, upTo(3000)][upTo(6)] ?? 0),
  });
  const filler = (): Uint8Array[] =>
    upTo(2) === 0 ? [] : [encodeElement(ElementId.Void, bytes(upTo(400)))];

  const fragments = Array.from({ length: 1 + upTo(4) }, (_, ordinal) =>
    buildFragment({
      number: numberOf(ordinal),
      tracks: trackNumbers.map((number) => ({ number, codecId: 'A', sampleRateHz: 8000 })),
      clusterTimestampMs: upTo(2 ** 31),
      clusterSize: upTo(2) === 0 ? 'known' : 'unknown',
      clusterSizeLength: 8 - upTo(2) * 4,
      blocks: Array.from({ length: 1 + upTo(8) }, block),
      producerTagsBefore: tags(),
      producerTagsAfter: tags(),
      beforeTags: filler(),
      afterCluster: filler(),
    }),
  );
  return joinBytes(fragments);
}

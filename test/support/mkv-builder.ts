import {
  encodeCluster,
  encodeHeader,
  encodeTags,
  type BlockSpec,
  type TagSpec,
  type TrackSpec,
} from '../../local/mkv/writer';

/** The two tracks of an Amazon Connect stream. */
export const CONNECT_TRACK_SPECS: readonly TrackSpec[] = [
  { number: 1, name: 'AUDIO_FROM_CUSTOMER', codecId: 'A_PCM/INT/LIT', sampleRateHz: 8000 },
  { number: 2, name: 'AUDIO_TO_CUSTOMER', codecId: 'A_PCM/INT/LIT', sampleRateHz: 8000 },
];

export interface TestFragment {
  readonly number: string;
  readonly producerTimestampMs: number;
  readonly serverTimestampMs: number;
  readonly tracks: readonly TrackSpec[];
  readonly clusterTimestampMs: number;
  readonly clusterSize: 'known' | 'unknown';
  /** Octets of the unknown or known size vints; the writer's defaults when absent. */
  readonly clusterSizeLength?: number;
  readonly segmentSizeLength?: number;
  readonly blocks: readonly BlockSpec[];
  readonly producerTagsBefore: readonly TagSpec[];
  readonly producerTagsAfter: readonly TagSpec[];
  readonly millisBehindNow: number;
  /** Whole elements between Tracks and the fragment's tags, and between cluster and trailer. */
  readonly beforeTags?: readonly Uint8Array[];
  readonly afterCluster?: readonly Uint8Array[];
}

const DEFAULTS: TestFragment = {
  number: numberOf(1),
  producerTimestampMs: 1_700_000_000_250,
  serverTimestampMs: 1_700_000_000_500,
  tracks: CONNECT_TRACK_SPECS,
  clusterTimestampMs: 0,
  clusterSize: 'unknown',
  blocks: [
    { trackNumber: 1, timestampMs: 0, payload: Uint8Array.of(1, 2, 3, 4) },
    { trackNumber: 2, timestampMs: 0, payload: Uint8Array.of(5, 6, 7, 8) },
  ],
  producerTagsBefore: [{ name: 'ContactId', value: 'contact-1' }],
  producerTagsAfter: [],
  millisBehindNow: 0,
};

/** A fragment number of 47 digits, as KVS's are, rising with `ordinal`. */
export function numberOf(ordinal: number): string {
  return `9134385233318143239268206260774${String(ordinal).padStart(16, '0')}`;
}

/** `1700000000.250`, as KVS writes its timestamps. */
export function secondsText(epochMs: number): string {
  return `${Math.floor(epochMs / 1000)}.${String(epochMs % 1000).padStart(3, '0')}`;
}

export function leadingTags(fragment: TestFragment): TagSpec[] {
  return [
    { name: 'AWS_KINESISVIDEO_FRAGMENT_NUMBER', value: fragment.number },
    {
      name: 'AWS_KINESISVIDEO_SERVER_TIMESTAMP',
      value: secondsText(fragment.serverTimestampMs),
    },
    {
      name: 'AWS_KINESISVIDEO_PRODUCER_TIMESTAMP',
      value: secondsText(fragment.producerTimestampMs),
    },
  ];
}

export function trailingTags(fragment: TestFragment): TagSpec[] {
  return [
    { name: 'AWS_KINESISVIDEO_MILLIS_BEHIND_NOW', value: String(fragment.millisBehindNow) },
    { name: 'AWS_KINESISVIDEO_CONTINUATION_TOKEN', value: fragment.number },
  ];
}

/** The elements of one fragment as GetMedia sends it, in order. */
export function fragmentParts(overrides: Partial<TestFragment> = {}): Uint8Array[] {
  const fragment = { ...DEFAULTS, ...overrides };
  const { producerTagsBefore, producerTagsAfter } = fragment;
  return [
    encodeHeader(fragment.tracks, { segmentSizeLength: fragment.segmentSizeLength }),
    ...(producerTagsBefore.length > 0 ? [encodeTags(producerTagsBefore)] : []),
    ...(fragment.beforeTags ?? []),
    encodeTags(leadingTags(fragment)),
    encodeCluster({
      timestampMs: fragment.clusterTimestampMs,
      blocks: fragment.blocks,
      size: fragment.clusterSize,
      sizeLength: fragment.clusterSizeLength,
    }),
    ...(fragment.afterCluster ?? []),
    ...(producerTagsAfter.length > 0 ? [encodeTags(producerTagsAfter)] : []),
    encodeTags(trailingTags(fragment)),
  ];
}

/** One whole fragment as GetMedia sends it. */
export function buildFragment(overrides: Partial<TestFragment> = {}): Uint8Array {
  return joinBytes(fragmentParts(overrides));
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

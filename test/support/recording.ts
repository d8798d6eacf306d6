import { concatBytes } from '../../local/mkv/ebml-encoding';
import { encodeCluster, encodeHeader, encodeTags, type TrackSpec } from '../../local/mkv/writer';

export const PCM_TRACK: TrackSpec = {
  number: 1,
  name: 'AUDIO_FROM_CUSTOMER',
  codecId: 'A_PCM/INT/LIT',
  sampleRateHz: 8000,
};

/** Where a GetMedia body is to differ from a good one. */
export interface RecordingOptions {
  readonly tracks?: readonly TrackSpec[];
  /** Producer times of the fragments, epoch milliseconds; each has two 64 ms blocks a track. */
  readonly timesMs?: readonly number[];
  /** Leave the last fragment without its trailing tags. */
  readonly isCutShort?: boolean;
}

/** A GetMedia body as PROTOCOLS A2 has it: one document per fragment. */
export function recording(options: RecordingOptions = {}): Uint8Array {
  const tracks = options.tracks ?? [PCM_TRACK];
  const timesMs = options.timesMs ?? [1_700_000_000_000, 1_700_000_000_128];
  return concatBytes(
    timesMs.flatMap((timeMs, index) => {
      const isLast = index === timesMs.length - 1;
      const whole = !(isLast && options.isCutShort === true);
      return [
        encodeHeader(tracks),
        encodeTags([
          { name: 'AWS_KINESISVIDEO_FRAGMENT_NUMBER', value: String(1000 + index) },
          { name: 'AWS_KINESISVIDEO_SERVER_TIMESTAMP', value: (timeMs / 1000).toFixed(3) },
          { name: 'AWS_KINESISVIDEO_PRODUCER_TIMESTAMP', value: (timeMs / 1000).toFixed(3) },
        ]),
        encodeCluster({
          timestampMs: index * 128,
          size: 'unknown',
          blocks: [0, 64].flatMap((timestampMs) =>
            tracks.map(({ number }) => ({
              trackNumber: number,
              timestampMs,
              payload: new Uint8Array(1024).fill(index * 2 + timestampMs / 64 + number * 10),
            })),
          ),
        }),
        ...(whole ? [trailingTags(1000 + index)] : []),
      ];
    }),
  );
}

function trailingTags(fragmentNumber: number): Uint8Array {
  return encodeTags([
    { name: 'AWS_KINESISVIDEO_MILLIS_BEHIND_NOW', value: '0' },
    { name: 'AWS_KINESISVIDEO_CONTINUATION_TOKEN', value: String(fragmentNumber) },
  ]);
}

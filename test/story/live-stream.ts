import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { KinesisVideo } from '@aws-sdk/client-kinesis-video';

import { randomSymbols, renderDtmf } from '../../local/dtmf/dtmf';
import { putMedia } from '../../local/kinesis-video/producer';
import { encodeWav } from '../../local/media/wav-writer';
import type { TagSpec } from '../../local/mkv/writer';
import { openSource } from '../../local/player/open-source';
import { pacedPieces } from '../../local/player/paced-pieces';
import { startPacer } from '../../local/player/pacer';
import { LOCAL_CREDENTIALS } from '../../local/stand-in';
import { freshFolder, type RunningLocal } from '../support/callscribe';
import { seededRandom } from '../support/seeded-random';

export interface LiveStreamOptions {
  readonly name: string;
  /** Random symbols of each party; as many tracks, with Connect's names. */
  readonly parties: number;
  readonly seconds: number;
  readonly tags: readonly TagSpec[];
  readonly speed: number;
  /** Producer time of the first sample, epoch milliseconds. */
  readonly startTimeMs: number;
  readonly seed: number;
}

export interface LiveStream {
  readonly streamArn: string;
  readonly firstFragmentNumber: string;
  /** The symbols of each party, in the order of the tracks. */
  readonly symbols: readonly string[];
  readonly endTimeMs: number;
  /** Resolves when the last fragment is in the stream. */
  readonly played: Promise<void>;
}

/** Streams as Amazon does; resolves when the stream has its first fragment. Asks for nothing. */
export async function startLiveStream(
  { env }: RunningLocal,
  options: LiveStreamOptions,
): Promise<LiveStream> {
  const random = seededRandom(options.seed);
  const symbols = Array.from({ length: options.parties }, () =>
    randomSymbols(options.seconds * 10, random),
  );
  const source = await openSource(writeTones(symbols));
  const streamArn = await createStream(env, options.name);
  const { startTimeMs } = options;
  let announce: (fragmentNumber: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => (announce = resolve));
  const played = putMedia({
    endpoint: env.AWS_ENDPOINT_URL_KINESIS_VIDEO ?? '',
    stream: streamArn,
    tracks: source.tracks,
    tags: options.tags,
    fragments: pacedPieces(source.fragments(), { startTimeMs, pacer: startPacer(options.speed) }),
    onAcknowledgement: ({ FragmentNumber }) => {
      if (FragmentNumber !== undefined) announce(FragmentNumber);
    },
  }).finally(() => source.close());
  const endTimeMs = startTimeMs + source.durationMs;
  const firstFragmentNumber = await Promise.race([first, played.then(() => first)]);
  return {
    streamArn,
    firstFragmentNumber,
    symbols,
    endTimeMs,
    played: played.then(() => undefined),
  };
}

function writeTones(symbols: readonly string[]): string {
  const tone = { toneMs: 50, pauseMs: 50, sampleRateHz: 8000, amplitudeDbfs: -6 };
  const channels = symbols.map((each) => renderDtmf({ symbols: each, ...tone }).samples);
  const path = join(freshFolder(), 'tones.wav');
  writeFileSync(path, encodeWav({ sampleRateHz: 8000, channels }));
  return path;
}

async function createStream(env: RunningLocal['env'], name: string): Promise<string> {
  const kinesisVideo = new KinesisVideo({
    endpoint: env.AWS_ENDPOINT_URL_KINESIS_VIDEO,
    region: env.AWS_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const created = await kinesisVideo.createStream({ StreamName: name, DataRetentionInHours: 1 });
  kinesisVideo.destroy();
  return created.StreamARN ?? '';
}

import { createReadStream } from 'node:fs';

import { MkvDemuxer } from '../../functions/worker/mkv/demuxer';
import type { MkvTrack } from '../../functions/worker/mkv/header-elements';
import { CHANNELS, CONNECT_TRACKS } from '../../shared/call';
import { CallscribeError } from '../../shared/errors';
import type { TrackSpec } from '../mkv/writer';
import type { CallSource, SourceFragment, SourceLeg } from './call-source';
import { MkvFragments } from './mkv-fragments';

const READ_BYTES = 256 * 1024;
/** Matroska's TrackType for video; audio is the writer's default. */
const VIDEO_TRACK_TYPE = 1;
/** Prefixes of the CodecIDs of everything but audio. */
const NOT_AUDIO = /^[VSBD]_/;

/**
 * A raw GetMedia body (or any Matroska file) to be played with its own tracks: what is in it
 * reaches the worker as it is, also a codec that it cannot hear. The file is read twice, first to
 * learn its length and that it is whole. Throws `bad-audio` when it is not.
 */
export async function mkvSource(path: string): Promise<CallSource> {
  let firstMs: number | undefined;
  let endMs = 0;
  const scan = new MkvFragments(path);
  for await (const fragment of readMkv(path, scan)) {
    firstMs ??= fragment.timestampMs;
    for (const block of fragment.blocks) endMs = Math.max(endMs, block.endMs);
  }
  const originMs = firstMs;
  if (originMs === undefined) {
    throw new CallscribeError('bad-audio', `${path} holds no media; fetch the recording again`);
  }
  const tracks = trackSpecs([...scan.tracks.values()]);
  return {
    tracks,
    legs: chooseLegs(tracks),
    durationMs: Math.ceil(endMs - originMs),
    async *fragments() {
      for await (const fragment of readMkv(path, new MkvFragments(path))) {
        yield shifted(fragment, originMs);
      }
    },
    close: async () => undefined,
  };
}

/** Connect's track names decide; without them the first audio tracks are caller and agent. */
export function chooseLegs(tracks: readonly TrackSpec[]): SourceLeg[] {
  const connectLegs = CHANNELS.filter((channel) =>
    tracks.some((track) => track.name === CONNECT_TRACKS[channel]),
  ).map((channel) => ({ channel, track: CONNECT_TRACKS[channel] }));
  if (connectLegs.length > 0) return connectLegs;
  const audio = tracks.filter((track) => !NOT_AUDIO.test(track.codecId));
  // Without any audio the worker is asked all the same: its answer names the codec.
  const chosen = audio.length > 0 ? audio.slice(0, CHANNELS.length) : tracks.slice(0, 1);
  return CHANNELS.slice(0, chosen.length).map((channel, index) => ({
    channel,
    track: chosen[index]?.name,
  }));
}

/** The tracks as they were; several without names get some, or no leg could point at one. */
function trackSpecs(tracks: readonly MkvTrack[]): TrackSpec[] {
  return tracks.map(({ name, ...track }) => ({
    ...track,
    ...(name !== '' && { name }),
    ...(name === '' && tracks.length > 1 && { name: `track ${track.number}` }),
    ...(track.codecId.startsWith('V_') && { trackType: VIDEO_TRACK_TYPE }),
  }));
}

async function* readMkv(path: string, fragments: MkvFragments): AsyncGenerator<SourceFragment> {
  const demuxer = new MkvDemuxer(fragments);
  for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES })) {
    demuxer.push(bytes as Uint8Array);
    yield* fragments.take();
  }
  demuxer.end();
  fragments.end();
  yield* fragments.take();
}

function shifted(fragment: SourceFragment, originMs: number): SourceFragment {
  return {
    timestampMs: fragment.timestampMs - originMs,
    blocks: fragment.blocks.map((block) => ({
      ...block,
      timestampMs: block.timestampMs - originMs,
      endMs: block.endMs - originMs,
    })),
  };
}

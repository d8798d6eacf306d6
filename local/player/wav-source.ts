import { CHANNELS, CONNECT_TRACKS } from '../../shared/call';
import { padWithSilence, transcode } from '../media/transcode';
import { channelBytes, type WavFile } from '../media/wav';
import { WAVE_FORMAT_TAGS, bytesPerSample, type WavEncoding } from '../media/wav-format';
import type { TrackSpec } from '../mkv/writer';
import type { CallSource, SourceBlock, SourceFragment } from './call-source';

/** Connect's blocks have 1024 bytes of PCM16 (PROTOCOLS A3): 64 ms at 8 kHz, whole milliseconds. */
const BLOCK_SAMPLES = 512;
/** Connect's fragments have about a second; blocks are not cut for it. */
const FRAGMENT_MS = 1000;

/**
 * A WAV file as Connect would stream it: one track per party with Connect's names, left or mono
 * the caller, right the agent. `encoding` is what is sent, the file's own when absent. The last
 * block is filled up with silence to a whole millisecond, so that the call's end time is exact.
 */
export function wavSource(wav: WavFile, encoding: WavEncoding = wav.format.encoding): CallSource {
  const channels = CHANNELS.slice(0, wav.format.channels);
  return {
    tracks: channels.map((channel, index) =>
      trackSpec(index + 1, CONNECT_TRACKS[channel], encoding, wav.format.sampleRateHz),
    ),
    legs: channels.map((channel) => ({ channel, track: CONNECT_TRACKS[channel] })),
    durationMs: Math.ceil(wav.durationMs),
    fragments: () => readFragments(wav, encoding),
    close: () => wav.close(),
  };
}

async function* readFragments(wav: WavFile, encoding: WavEncoding): AsyncGenerator<SourceFragment> {
  const { sampleRateHz } = wav.format;
  const samplesPerMs = sampleRateHz / 1000;
  const blocksPerFragment = Math.ceil((FRAGMENT_MS * samplesPerMs) / BLOCK_SAMPLES);
  const fragmentSamples = blocksPerFragment * BLOCK_SAMPLES;
  for (let start = 0; start < wav.frames; start += fragmentSamples) {
    const interleaved = await wav.readFrames(start, fragmentSamples);
    const channels = Array.from({ length: wav.format.channels }, (_, channel) =>
      transcode(channelBytes(interleaved, wav.format, channel), wav.format.encoding, encoding),
    );
    const blocks = cutBlocks(channels, encoding, samplesPerMs, start / samplesPerMs);
    yield { timestampMs: start / samplesPerMs, blocks };
  }
}

/** Blocks in the order in which they end; blocks of one moment in track order. */
function cutBlocks(
  channels: readonly Uint8Array[],
  encoding: WavEncoding,
  samplesPerMs: number,
  startMs: number,
): SourceBlock[] {
  const width = bytesPerSample(encoding);
  const total = (channels[0]?.length ?? 0) / width;
  const blocks: SourceBlock[] = [];
  for (let from = 0; from < total; from += BLOCK_SAMPLES) {
    const count = Math.min(BLOCK_SAMPLES, total - from);
    const wholeMs = Math.ceil(count / samplesPerMs);
    const timestampMs = startMs + from / samplesPerMs;
    channels.forEach((samples, channel) => {
      const part = samples.subarray(from * width, (from + count) * width);
      blocks.push({
        trackNumber: channel + 1,
        timestampMs,
        endMs: timestampMs + wholeMs,
        payload: padWithSilence(part, encoding, wholeMs * samplesPerMs),
      });
    });
  }
  return blocks;
}

function trackSpec(
  number: number,
  name: string,
  encoding: WavEncoding,
  sampleRateHz: number,
): TrackSpec {
  if (encoding === 'pcm16') {
    return { number, name, codecId: 'A_PCM/INT/LIT', sampleRateHz, bitDepth: 16 };
  }
  // Matroska has no CodecID for G.711: it is carried as in a WAV file, header included.
  const codecPrivate = waveFormatEx(encoding, sampleRateHz);
  return { number, name, codecId: 'A_MS/ACM', sampleRateHz, bitDepth: 8, codecPrivate };
}

/** Microsoft's WAVEFORMATEX of one channel, the CodecPrivate of `A_MS/ACM` (18 bytes). */
function waveFormatEx(encoding: WavEncoding, sampleRateHz: number): Uint8Array {
  const width = bytesPerSample(encoding);
  const bytes = new Uint8Array(18);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, WAVE_FORMAT_TAGS[encoding], true);
  view.setUint16(2, 1, true);
  view.setUint32(4, sampleRateHz, true);
  view.setUint32(8, sampleRateHz * width, true);
  view.setUint16(12, width, true);
  view.setUint16(14, width * 8, true);
  return bytes;
}

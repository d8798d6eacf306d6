import { CallscribeError } from '../../../shared/errors';
import type { AudioTrack } from '../fragments/fragment';
import { A_LAW_TABLE, MU_LAW_TABLE } from './g711';

/** How the bytes of a block become samples. Without a table they are 16-bit little-endian PCM. */
export interface Codec {
  readonly name: 'pcm16' | 'mu-law' | 'a-law';
  readonly bytesPerSample: 1 | 2;
  readonly table?: Int16Array;
}

export const PCM16: Codec = { name: 'pcm16', bytesPerSample: 2 };
const MU_LAW: Codec = { name: 'mu-law', bytesPerSample: 1, table: MU_LAW_TABLE };
const A_LAW: Codec = { name: 'a-law', bytesPerSample: 1, table: A_LAW_TABLE };

/** `wFormatTag` values of a WAVEFORMATEX, the CodecPrivate of `A_MS/ACM`. */
const WAVE_FORMAT = { pcm: 1, aLaw: 6, muLaw: 7 } as const;

/** Transcribe takes 8 to 48 kHz; telephony has these two, and both divide a millisecond evenly. */
const SAMPLE_RATES_HZ = [8000, 16000];

/** CodecIDs that are certainly something else, however their block sizes may look. */
const FOREIGN =
  /^(V_|S_|B_|D_|A_(AAC|AC3|EAC3|ALAC|DTS|FLAC|MPEG|OPUS|QUICKTIME|REAL|TRUEHD|TTA|VORBIS|WAVPACK|PCM\/(FLOAT|INT\/BIG)))/;

export type CodecChoice =
  | { readonly kind: 'known'; readonly codec: Codec }
  /** Nobody publishes what Connect and Chime write there: it is PCM16 if its blocks fit that. */
  | { readonly kind: 'if-blocks-fit'; readonly codec: Codec };

/** Decides a track's codec. Throws `unsupported-codec` or `bad-audio`, naming what was found. */
export function chooseCodec(track: AudioTrack): CodecChoice {
  const { codecId } = track;
  if (FOREIGN.test(codecId)) throw unsupported(track);
  if (!SAMPLE_RATES_HZ.includes(track.sampleRateHz)) {
    throw new CallscribeError(
      'bad-audio',
      `track ${track.number} has ${track.sampleRateHz} Hz; send 8000 or 16000 Hz`,
    );
  }
  if (track.channels !== 1) {
    throw new CallscribeError(
      'bad-audio',
      `track ${track.number} has ${track.channels} channels; send one party per track`,
    );
  }
  if (codecId === 'A_MS/ACM') return { kind: 'known', codec: acmCodec(track) };
  if (/^A_MULAW|^A_PCMU|^A_PCM\/MULAW|^audio\/PCMU/i.test(codecId)) return known(MU_LAW);
  if (/^A_ALAW|^A_PCMA|^A_PCM\/ALAW|^audio\/PCMA/i.test(codecId)) return known(A_LAW);
  if (codecId === 'A_PCM/INT/LIT') {
    if (track.bitDepth !== undefined && track.bitDepth !== 16) throw unsupported(track);
    return known(PCM16);
  }
  return { kind: 'if-blocks-fit', codec: PCM16 };
}

export function unsupported(track: AudioTrack): CallscribeError {
  const id = track.codecId.replace(/[^\x21-\x7e]/g, '?').slice(0, 64);
  const depth = track.bitDepth === undefined ? '' : ` with ${track.bitDepth} bits`;
  return new CallscribeError(
    'unsupported-codec',
    `track ${track.number} has CodecID "${id}"${depth}; ` +
      'send 16-bit little-endian PCM, G.711 mu-law or A-law',
  );
}

function known(codec: Codec): CodecChoice {
  return { kind: 'known', codec };
}

function acmCodec(track: AudioTrack): Codec {
  const header = track.codecPrivate;
  const tag = header && header.length >= 2 ? (header[0] ?? 0) | ((header[1] ?? 0) << 8) : -1;
  const bits = header && header.length >= 16 ? (header[14] ?? 0) | ((header[15] ?? 0) << 8) : 0;
  if (tag === WAVE_FORMAT.muLaw) return MU_LAW;
  if (tag === WAVE_FORMAT.aLaw) return A_LAW;
  if (tag === WAVE_FORMAT.pcm && bits === 16) return PCM16;
  throw unsupported(track);
}

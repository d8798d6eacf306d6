import { isSilent, type AudioChunk } from '../audio/chunk-grid';
import type { AudioWindow } from './audio-window';

/** Audio heard by both sessions at a cut through sound (DESIGN 7). */
export const OVERLAP_MS = 2_000;
/** Rounding, and what the service counts that we do not: kept free of the session's limit. */
const LIMIT_MARGIN = 0.05;
/** A silent place is looked for during the last part of a session, at most this long. */
const MAX_SEARCH_MS = 120_000;
const SEARCH_SHARE = 0.4;
/** Silence is looked for in pieces of this length: shorter than the pause between two tones. */
const QUIET_PIECE_MS = 20;

/** Whether a session should end: no sooner than it must, at the next silence, or at once. */
export type Urgency = 'none' | 'soon' | 'now';

export type Cut =
  | { readonly at: number; readonly kind: 'silent' }
  | { readonly at: number; readonly kind: 'through-sound' };

/**
 * Decides where a session ends for the next one to begin: in a chunk that is silent on all
 * channels if one comes in time, else anywhere before the service's limit.
 */
export class CutPolicy {
  readonly #searchFrom: number;
  readonly #hardLimit: number;

  constructor(
    sessionLimitMs: number,
    private readonly sampleRateHz: number,
    private readonly silencePeak: number,
  ) {
    // A session may begin with a replay's lead and end with an overlap.
    const usableMs = sessionLimitMs * (1 - LIMIT_MARGIN) - 2 * OVERLAP_MS;
    const hardMs = Math.max(usableMs, sessionLimitMs / 4);
    const searchMs = Math.min(MAX_SEARCH_MS, hardMs * SEARCH_SHARE);
    this.#hardLimit = (hardMs * sampleRateHz) / 1000;
    this.#searchFrom = ((hardMs - searchMs) * sampleRateHz) / 1000;
  }

  /** Whether to cut at this chunk, which has not been sent yet. */
  at(chunk: AudioChunk, intervalFrom: number, urgency: Urgency): Cut | undefined {
    const length = chunk.startSample - intervalFrom;
    if (length < this.#searchFrom && urgency === 'none') return undefined;
    if (this.isSilent(chunk)) {
      return { at: chunk.startSample + (chunk.sampleCount >> 1), kind: 'silent' };
    }
    if (length < this.#hardLimit && urgency !== 'now') return undefined;
    return { at: chunk.startSample, kind: 'through-sound' };
  }

  isSilent(chunk: AudioChunk): boolean {
    return isSilent(chunk, this.silencePeak);
  }

  /**
   * The last place in the window, from `from` on, where no word is cut. That is `from` itself when
   * there is no other, and the window's end when `from` has left it.
   */
  quietPlace(window: AudioWindow, from: number): number {
    const end = window.end ?? from;
    for (let at = end; at > from;) {
      const chunk = window.chunkBefore(at);
      if (chunk === undefined) return end;
      if (chunk.startSample < from) break;
      const quiet = this.#lastQuietPlace(chunk);
      if (quiet !== undefined) return quiet;
      at = chunk.startSample;
    }
    return from;
  }

  /**
   * Middle of the chunk's last stretch that is silent on all channels, or the chunk's end when it
   * ends in silence; undefined without any.
   */
  #lastQuietPlace(chunk: AudioChunk): number | undefined {
    const { bytes, peaks, sampleCount } = chunk;
    const channels = peaks.length;
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, sampleCount * channels);
    const piece = ((QUIET_PIECE_MS * this.sampleRateHz) / 1000) * channels;
    for (let end = samples.length; end > 0;) {
      let from = end;
      while (from > 0 && Math.abs(samples[from - 1] as number) < this.silencePeak) from -= 1;
      if (end - from >= piece) {
        const place = end === samples.length ? end : (from + end) / 2;
        return chunk.startSample + Math.floor(place / channels);
      }
      end = from - 1;
    }
    return undefined;
  }
}

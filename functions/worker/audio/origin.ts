import type { Leg } from '../../../shared/call';
import { CallscribeError } from '../../../shared/errors';
import type { AudioTrack } from '../fragments/fragment';
import type { ReaderBatch, ReaderEvent } from '../fragments/reader-batch';
import { chooseCodec } from './codec';
import { findTrack } from './find-track';

/** Fragments without any of the wanted tracks before a request is called wrong. */
const UNKNOWN_TRACK_FRAGMENTS = 5;
/** At the live edge a shorter look decides, so that a short wrong call fails at once too. */
const UNKNOWN_TRACK_IDLE_MS = 5_000;

export interface FirstAudio {
  readonly timestampMs: number;
  readonly sampleRateHz: number;
}

/**
 * Watches one stream's batches until it delivers a first sample of one of its legs, from which
 * the timeline's origin is taken. Throws `unsupported-codec`, `bad-audio`.
 */
export class FirstAudioFinder {
  #found: FirstAudio | undefined;
  #fragment: Extract<ReaderEvent, { type: 'start' }> | undefined;
  #tracks: ReadonlyMap<number, AudioTrack> = new Map();
  /** Fragments that declared none of the wanted tracks; NaN once one did. */
  #strangers = 0;
  #idleMs = 0;
  #isLive = false;
  #waitsFromIdleMs: number | undefined;

  constructor(private readonly legs: readonly Leg[]) {}

  get found(): FirstAudio | undefined {
    return this.#found;
  }

  /** The fragment that has begun in a batch looked at before the one with the first sample. */
  get openFragment(): Extract<ReaderEvent, { type: 'start' }> | undefined {
    return this.#fragment;
  }

  /**
   * Another stream has audio: whether this one need not be waited for (any longer). It is at its
   * live edge and stayed silent for `absenceMs` since, or cannot be read for `holdMs`.
   */
  isAbsent(absenceMs: number, holdMs: number): boolean {
    if (this.wrongTracks) return true;
    this.#waitsFromIdleMs = Math.min(this.#waitsFromIdleMs ?? Infinity, this.#idleMs);
    const waitedMs = this.#idleMs - this.#waitsFromIdleMs;
    return waitedMs >= (this.#isLive ? absenceMs : holdMs);
  }

  get wrongTracks(): boolean {
    if (!(this.#strangers > 0)) return false;
    const hasSeenAll = this.#isLive && this.#idleMs >= UNKNOWN_TRACK_IDLE_MS;
    return hasSeenAll || this.#strangers >= UNKNOWN_TRACK_FRAGMENTS;
  }

  look(batch: ReaderBatch): void {
    this.#isLive = batch.status === 'live';
    this.#idleMs = batch.idleMs;
    let opened = this.#fragment;
    for (const event of batch.events) {
      if (event.type === 'start') {
        opened = event;
        this.#tracks = event.tracks;
        this.#strangers += this.#hasWanted() ? NaN : 1;
      } else if (event.type === 'complete') {
        opened = undefined;
      } else if (event.type === 'block') {
        const track = this.#wanted(event.trackNumber);
        if (track === undefined) continue;
        chooseCodec(track);
        this.#found = { timestampMs: event.timestampMs, sampleRateHz: track.sampleRateHz };
        return;
      }
    }
    this.#fragment = opened;
  }

  unknownTrack(): CallscribeError {
    const wanted = this.legs.map((leg) => leg.track ?? '(the only one)').join(', ');
    const present = [...this.#tracks.values()].map((track) => track.name || `#${track.number}`);
    return new CallscribeError(
      'unknown-track',
      `the stream has the audio tracks ${present.join(', ') || '(none)'}, not ${wanted}; ` +
        'name one of them in the leg of the request',
    );
  }

  #hasWanted(): boolean {
    return this.legs.some((leg) => findTrack(leg, this.#tracks) !== undefined);
  }

  #wanted(trackNumber: number): AudioTrack | undefined {
    for (const leg of this.legs) {
      const track = findTrack(leg, this.#tracks);
      if (track?.number === trackNumber) return track;
    }
    return undefined;
  }
}

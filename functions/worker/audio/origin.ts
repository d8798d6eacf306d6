import type { Leg } from '../../../shared/call';
import { CallscribeError } from '../../../shared/errors';
import type { AudioTrack } from '../fragments/fragment';
import type { ReaderBatch } from '../fragments/reader-batch';
import { chooseCodec } from './codec';
import { findTrack } from './leg-audio';

/** Fragments in which none of the wanted tracks stood before a request is called wrong. */
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
  #tracks: ReadonlyMap<number, AudioTrack> = new Map();
  #fragments = 0;
  #idleMs = 0;
  #live = false;

  constructor(private readonly legs: readonly Leg[]) {}

  get found(): FirstAudio | undefined {
    return this.#found;
  }

  /** Nothing of this stream has to be waited for: it is at its live edge without audio of ours. */
  get absent(): boolean {
    return this.#live || this.wrongTracks;
  }

  get wrongTracks(): boolean {
    if (this.#fragments === 0 || this.#found !== undefined) return false;
    return (
      this.#fragments >= UNKNOWN_TRACK_FRAGMENTS ||
      (this.#live && this.#idleMs >= UNKNOWN_TRACK_IDLE_MS)
    );
  }

  look(batch: ReaderBatch): void {
    this.#live = batch.status === 'live';
    this.#idleMs = batch.idleMs;
    for (const event of batch.events) {
      if (event.type === 'start') {
        this.#tracks = event.tracks;
        this.#fragments += 1;
      } else if (event.type === 'block') {
        const track = this.#wanted(event.trackNumber);
        if (track === undefined) continue;
        chooseCodec(track);
        this.#found = { timestampMs: event.timestampMs, sampleRateHz: track.sampleRateHz };
        return;
      }
    }
  }

  unknownTrack(): CallscribeError {
    const wanted = this.legs.map((leg) => leg.track ?? '(the only one)').join(', ');
    const present = [...this.#tracks.values()].map((track) => track.name ?? `#${track.number}`);
    return new CallscribeError(
      'unknown-track',
      `the stream has the audio tracks ${present.join(', ') || '(none)'}, not ${wanted}; ` +
        'name one of them in the leg of the request',
    );
  }

  #wanted(trackNumber: number): AudioTrack | undefined {
    for (const leg of this.legs) {
      const track = findTrack(leg, this.#tracks);
      if (track?.number === trackNumber) return track;
    }
    return undefined;
  }
}

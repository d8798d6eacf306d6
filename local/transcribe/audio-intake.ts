import type { StandInClock } from './clock';
import { BYTES_PER_SAMPLE, checkBeginning, G711_TABLES } from './encodings';
import type { TranscribeLimits } from './limits';
import type { Deinterleaver } from './pcm';
import type { SessionSettings } from './request-headers';
import { corruptedData, streamTooBig } from './service-exception';

/** What a compressed chunk is measured by: as much of it is never shorter than this audio. */
const PCM_BYTES_PER_SAMPLE = 2;

/**
 * Measures and decodes the audio of one session. Of encodings that it cannot decode it knows only
 * the beginning; their time is the time for which they have been coming.
 */
export class AudioIntake {
  readonly #maxChunkBytes: number;
  readonly #frameBytes: number | undefined;
  readonly #table: Int16Array | undefined;
  readonly #channelCount: number;
  /** Samples taken, per channel. */
  #samples = 0;
  #beganAtMs: number | undefined;

  constructor(
    private readonly settings: SessionSettings,
    limits: TranscribeLimits,
    private readonly deinterleaver: Deinterleaver,
    private readonly clock: StandInClock,
  ) {
    this.#channelCount = settings.channelIds.length;
    const sampleBytes = BYTES_PER_SAMPLE[settings.encoding];
    this.#frameBytes = sampleBytes && sampleBytes * this.#channelCount;
    this.#table = G711_TABLES[settings.encoding];
    const secondBytes =
      settings.sampleRateHz * this.#channelCount * (sampleBytes ?? PCM_BYTES_PER_SAMPLE);
    this.#maxChunkBytes = (secondBytes * limits.maxChunkMs) / 1000;
  }

  /** Throws a ServiceException for a chunk that is too big or cannot be of this encoding. */
  check(audio: Buffer): void {
    if (audio.length > this.#maxChunkBytes) throw streamTooBig();
    if (this.#frameBytes !== undefined) {
      if (audio.length % this.#frameBytes !== 0) throw corruptedData();
    } else if (this.#beganAtMs === undefined) {
      checkBeginning(this.settings.encoding, audio);
      this.#beganAtMs = this.clock.monotonicMs();
    }
  }

  /** Counts the chunk in; milliseconds of audio with it. */
  count(audio: Buffer): number {
    if (this.#frameBytes === undefined) {
      return this.clock.monotonicMs() - (this.#beganAtMs ?? this.clock.monotonicMs());
    }
    this.#samples += audio.length / this.#frameBytes;
    return (this.#samples * 1000) / this.settings.sampleRateHz;
  }

  /** The samples of each channel, valid until the next call; none of what cannot be decoded. */
  decode(audio: Buffer): readonly Int16Array[] {
    if (this.#frameBytes === undefined) return [];
    return this.deinterleaver.split(audio, this.#channelCount, this.#table);
  }
}

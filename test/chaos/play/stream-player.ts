import type { LocalProducer } from '../../../local/kinesis-video/local-producer';
import type { BlockSpec, TagSpec } from '../../../local/mkv/writer';
import type { PlayedFragment } from './fragments';
import type { Voice } from './voice';

/** Connect's blocks have 1024 bytes: 64 ms at 8 kHz (PROTOCOLS A3). */
const BLOCK_MS = 64;

export interface PlayedTrack {
  readonly number: number;
  readonly voice: Voice;
  /** Position of its first sample. */
  readonly startMs: number;
}

export interface StreamPlayerOptions {
  readonly producer: LocalProducer;
  readonly tracks: readonly PlayedTrack[];
  readonly fragments: readonly PlayedFragment[];
  /** Producer time of position 0, epoch milliseconds. */
  readonly startTimeMs: number;
  /** Of every fragment, after its audio. */
  readonly tagsAfter: readonly TagSpec[];
}

/** Writes one stream's fragments as far as the time has come. */
export class StreamPlayer {
  #index = 0;
  /** Position of the next block in the fragment that is open. */
  #nextMs: number | undefined;
  /** Blocks of a fragment that is to be written a second time. */
  #written: { blocks: BlockSpec[] }[] = [];

  constructor(private readonly options: StreamPlayerOptions) {}

  get done(): boolean {
    return this.#index >= this.options.fragments.length;
  }

  /** Writes every block that ends at or before `position`. */
  playTo(position: number): void {
    for (;;) {
      const fragment = this.options.fragments[this.#index];
      if (fragment === undefined || fragment.startMs >= position) return;
      if (this.#nextMs === undefined) {
        this.#begin(fragment);
        this.#nextMs = fragment.startMs;
      }
      while (this.#nextMs < fragment.endMs) {
        const endMs = Math.min(this.#nextMs + BLOCK_MS, fragment.endMs);
        if (endMs > position) return;
        this.#block(fragment, this.#nextMs, endMs);
        this.#nextMs = endMs;
      }
      this.#end(fragment);
    }
  }

  #begin({ startMs, clockBackMs }: PlayedFragment): void {
    this.options.producer.begin(this.options.startTimeMs + startMs - clockBackMs);
  }

  #block(fragment: PlayedFragment, fromMs: number, toMs: number): void {
    const blocks: BlockSpec[] = [];
    for (const { number, voice, startMs } of this.options.tracks) {
      const from = Math.max(fromMs, startMs);
      if (from >= toMs) continue;
      const timestampMs = from - fragment.startMs;
      blocks.push({ trackNumber: number, timestampMs, payload: voice.between(from, toMs) });
    }
    if (blocks.length === 0) return;
    this.options.producer.write(blocks);
    if (fragment.twice) this.#written.push({ blocks });
  }

  #end(fragment: PlayedFragment): void {
    const { producer, tagsAfter } = this.options;
    producer.end(tagsAfter);
    if (fragment.twice) {
      this.#begin(fragment);
      for (const { blocks } of this.#written) producer.write(blocks);
      producer.end(tagsAfter);
      this.#written = [];
    }
    this.#index += 1;
    this.#nextMs = undefined;
  }
}

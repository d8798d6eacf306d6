import type { Channel } from '../../shared/call';
import type { AudioItem } from './audio/audio-item';

/** How far a running pipeline has come; tells when a leg that is over has been heard to its end. */
export class PipelineProgress {
  #channels: readonly Channel[] = [];
  #marks: () => readonly number[] = () => [];
  /** End of the audio that was read. */
  #readTo = 0;
  #isPaused = false;

  /** `marks`: per channel, the position up to which everything is in the log. */
  begin(channels: readonly Channel[], marks: () => readonly number[]): void {
    this.#channels = channels;
    this.#marks = marks;
  }

  markOf(channel: Channel): number | undefined {
    return this.#marks()[this.#channels.indexOf(channel)];
  }

  /** Every stream was read to its live edge, where nothing comes, and all of it is in the log. */
  get isAllHeard(): boolean {
    return this.#isPaused && this.#marks().every((mark) => mark >= this.#readTo);
  }

  /** Told of what was read; `availableMs`: when it was available, with which chunks are marked. */
  saw(items: readonly AudioItem[], availableMs: number): void {
    for (const item of items) {
      if (item.type === 'pause') this.#isPaused = true;
      if (item.type !== 'chunk') continue;
      this.#isPaused = false;
      item.chunk.availableMs = availableMs;
      this.#readTo = item.chunk.startSample + item.chunk.sampleCount;
    }
  }
}

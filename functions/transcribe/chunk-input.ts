import { ChunkGrid, type AudioChunk } from '../worker/audio/chunk-grid';
import type { Codec } from '../worker/audio/codec';
import { codecOf, type AudioFormat } from './audio-format';

/** Input is worked on in pieces of at most this length, however large it comes. */
const PIECE_MS = 1_000;

/**
 * Cuts input of any size into the chunks that sessions are sent: 16-bit PCM, at most `chunkMs`
 * each. Samples may be split between two inputs. Buffers less than one chunk and one piece.
 */
export class InputChunker {
  readonly #grid: ChunkGrid;
  readonly #codec: Codec;
  readonly #frameBytes: number;
  readonly #pieceBytes: number;
  /** The beginning of a sample frame whose end has not come yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** One channel's samples of a piece, on their way into the grid. */
  #laneMemory = new Uint8Array(0);
  /** Position after the last whole sample frame. */
  #end = 0;

  constructor(
    private readonly format: AudioFormat,
    chunkMs: number,
  ) {
    this.#codec = codecOf(format.encoding);
    this.#grid = new ChunkGrid(format.channels, Math.round((chunkMs * format.sampleRateHz) / 1000));
    this.#frameBytes = this.#codec.bytesPerSample * format.channels;
    this.#pieceBytes = Math.round((PIECE_MS * format.sampleRateHz) / 1000) * this.#frameBytes;
  }

  /** Position after the last whole sample frame that came. */
  get endSample(): number {
    return this.#end;
  }

  /** The chunks that these bytes complete. The bytes are copied: the caller may use them again. */
  *push(bytes: Uint8Array): Generator<AudioChunk> {
    for (let at = 0; at < bytes.length; at += this.#pieceBytes) {
      this.#write(this.#whole(bytes.subarray(at, at + this.#pieceBytes)));
      yield* this.#ready();
    }
  }

  /** What is left at the end of the input; half a sample is dropped. */
  flush(): AudioChunk[] {
    return this.#grid.flush();
  }

  *#ready(): Generator<AudioChunk> {
    for (let chunk = this.#grid.take(); chunk !== undefined; chunk = this.#grid.take()) yield chunk;
  }

  /** The bytes with what was left before them, up to the last whole frame. */
  #whole(piece: Uint8Array): Uint8Array {
    let bytes = piece;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + piece.length);
      bytes.set(this.#rest);
      bytes.set(piece, this.#rest.length);
    }
    const wholeBytes = bytes.length - (bytes.length % this.#frameBytes);
    this.#rest = bytes.slice(wholeBytes);
    return bytes.subarray(0, wholeBytes);
  }

  #write(frames: Uint8Array): void {
    const count = frames.length / this.#frameBytes;
    for (let channel = 0; channel < this.format.channels; channel++) {
      const samples = this.format.channels === 1 ? frames : this.#lane(frames, channel);
      this.#grid.write(channel, this.#end, samples, 0, count, this.#codec);
    }
    this.#end += count;
  }

  /** The samples of one channel out of interleaved ones; good until the next call. */
  #lane(frames: Uint8Array, channel: number): Uint8Array {
    const { bytesPerSample } = this.#codec;
    const length = frames.length / this.format.channels;
    if (this.#laneMemory.length < length) this.#laneMemory = new Uint8Array(length);
    const lane = this.#laneMemory.subarray(0, length);
    let from = channel * bytesPerSample;
    for (let to = 0; to < lane.length; to += bytesPerSample, from += this.#frameBytes) {
      lane[to] = frames[from] as number;
      if (bytesPerSample === 2) lane[to + 1] = frames[from + 1] as number;
    }
    return lane;
  }
}

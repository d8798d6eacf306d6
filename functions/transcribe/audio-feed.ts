import type { Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { AudioChunk } from '../worker/audio/chunk-grid';
import type { AudioItem } from '../worker/audio/audio-item';
import type { AudioFormat } from './audio-format';
import { InputChunker } from './chunk-input';

/** Audio kept for another hearing; of more the oldest is lost to it (10 MB of stereo at 8 kHz). */
const BACKLOG_MS = 300_000;
/** Input that is so late was paused: what follows it is paced from there. */
const LATE_MS = 1_000;

export interface FeedOptions {
  readonly format: AudioFormat;
  readonly chunkMs: number;
  /** Hand out each chunk no earlier than it would have been spoken. */
  readonly pace: boolean;
  readonly clock: Clock;
}

/** Something that frees the source at once, such as a Node stream. */
interface Destroyable {
  destroy(): void;
}

/**
 * The input as a timeline that can be read again: what was read is kept until `trim` says that
 * nobody needs it, at most BACKLOG_MS of it. The input is pulled one piece at a time and only
 * when the reader has used up the one before: that is the back-pressure.
 */
export class AudioFeed {
  readonly #chunker: InputChunker;
  readonly #input: AsyncIterator<Uint8Array>;
  readonly #backlog: AudioChunk[] = [];
  readonly #capacity: number;
  readonly #stop = new AbortController();
  /** Chunks of the piece that is being read. */
  #piece: Iterator<AudioChunk> | undefined;
  #reading = false;
  #end: { readonly reason?: unknown } | undefined;
  #waiting: (() => void)[] = [];
  #anchorMs: number | undefined;
  #beganMs: number | undefined;

  constructor(
    private readonly audio: AsyncIterable<Uint8Array>,
    private readonly options: FeedOptions,
  ) {
    this.#chunker = new InputChunker(options.format, options.chunkMs);
    this.#input = audio[Symbol.asyncIterator]();
    this.#capacity = (BACKLOG_MS * options.format.sampleRateHz) / 1000;
  }

  /** First position that can be read; the end of the input when nothing is kept. */
  get start(): number {
    return this.#backlog[0]?.startSample ?? this.#chunker.endSample;
  }

  /** When the first audio came, as time of day; now, before it has. */
  get beganMs(): number {
    return this.#beganMs ?? this.options.clock.epochMs();
  }

  /** What lies before is not read again. */
  trim(toSample: number): void {
    const keep = this.#backlog.findIndex((each) => each.startSample + each.sampleCount > toSample);
    this.#backlog.splice(0, keep < 0 ? this.#backlog.length : keep);
  }

  /** Lets go of the input, also while it owes us a piece. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#wake();
    if (this.#end !== undefined) return;
    // A generator that is busy ends only when it gets to it; a stream that owes data never does.
    if (isDestroyable(this.audio)) this.audio.destroy();
    void Promise.resolve(this.#input.return?.()).catch(() => undefined);
  }

  /** The audio from a position on, `end` at last. One reader at a time. */
  items(fromSample: number): AsyncIterable<readonly AudioItem[]> {
    let position = fromSample;
    let isOver = false;
    const next = async (): Promise<IteratorResult<readonly AudioItem[], undefined>> => {
      for (;;) {
        if (isOver || this.#stop.signal.aborted) return { done: true, value: undefined };
        const chunk = this.#after(position);
        if (chunk !== undefined) {
          position = chunk.startSample + chunk.sampleCount;
          return { done: false, value: [{ type: 'chunk', chunk }] };
        }
        if (this.#end !== undefined) {
          if ('reason' in this.#end) throw this.#end.reason;
          isOver = true;
          return { done: false, value: [this.#endItem()] };
        }
        if (!this.#reading) void this.#read();
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    };
    const stop = () => {
      isOver = true;
      this.#wake();
      return Promise.resolve({ done: true as const, value: undefined });
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: stop }) };
  }

  #endItem(): AudioItem {
    return { type: 'end', reason: 'ended', sample: this.#chunker.endSample, received: {} };
  }

  /** The first chunk that ends behind a position; mostly the last one of the backlog. */
  #after(position: number): AudioChunk | undefined {
    let found: AudioChunk | undefined;
    for (let index = this.#backlog.length - 1; index >= 0; index--) {
      const chunk = this.#backlog[index] as AudioChunk;
      if (chunk.startSample + chunk.sampleCount <= position) break;
      found = chunk;
    }
    return found;
  }

  /** Adds one chunk to the backlog, or ends it. */
  async #read(): Promise<void> {
    this.#reading = true;
    try {
      const chunk = await this.#nextChunk();
      if (chunk === undefined) {
        this.#backlog.push(...this.#chunker.flush());
        this.#end = {};
      } else {
        if (this.options.pace) await this.#untilSpoken(chunk);
        this.#backlog.push(chunk);
        this.trim(chunk.startSample + chunk.sampleCount - this.#capacity);
      }
    } catch (reason) {
      this.#end = { reason };
    } finally {
      this.#reading = false;
      this.#wake();
    }
  }

  async #nextChunk(): Promise<AudioChunk | undefined> {
    while (!this.#stop.signal.aborted) {
      const ready = this.#piece?.next();
      if (ready !== undefined && ready.done !== true) return ready.value;
      const input = await this.#input.next();
      if (input.done === true) return undefined;
      this.#beganMs ??= this.options.clock.epochMs();
      this.#piece = this.#chunker.push(checkedBytes(input.value));
    }
    return undefined;
  }

  async #untilSpoken(chunk: AudioChunk): Promise<void> {
    const { clock, format } = this.options;
    const spokenMs = ((chunk.startSample + chunk.sampleCount) * 1000) / format.sampleRateHz;
    const nowMs = clock.monotonicMs();
    const chunkMs = (chunk.sampleCount * 1000) / format.sampleRateHz;
    this.#anchorMs ??= nowMs + chunkMs - spokenMs;
    if (nowMs - (this.#anchorMs + spokenMs) > LATE_MS) this.#anchorMs = nowMs - spokenMs;
    const waitMs = this.#anchorMs + spokenMs - nowMs;
    if (waitMs > 0) await clock.sleep(waitMs, this.#stop.signal);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

function isDestroyable(audio: object): audio is Destroyable {
  return 'destroy' in audio && typeof audio.destroy === 'function';
}

/** Text and objects come out of streams that were opened the wrong way. */
function checkedBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const kind = typeof value === 'string' ? 'text' : typeof value;
  throw new CallscribeError(
    'bad-audio',
    `the audio must come as bytes (Uint8Array or Buffer), not as ${kind}; ` +
      'open the stream without an encoding and not in object mode',
  );
}

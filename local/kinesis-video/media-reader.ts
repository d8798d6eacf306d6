import type { FragmentFaults, StreamFaults } from './faults';
import { flipBlock, flipLead, flipsLead } from './flip';
import { encodeInBandError, encodeTrail } from './fragment-trail';
import type { MediaStream, StreamFollower } from './media-stream';
import { Pacer } from './pacer';
import type { FragmentContent, StoredFragment } from './stored-fragment';

/** Where a reader's bytes go; a ServerResponse does. */
export interface ReaderOutput {
  /** False: no more until `MediaReader.resume` is called. */
  write(bytes: Uint8Array): boolean;
  end(): void;
  /** Sends these last bytes, then breaks the connection. */
  reset(lastBytes: Uint8Array): void;
}

export interface ReaderOptions {
  readonly stream: MediaStream;
  /** The first fragment to send; undefined: the one asked for is not in the stream (4000). */
  readonly firstOrdinal: number | undefined;
  readonly output: ReaderOutput;
  readonly faults: StreamFaults;
  readonly bytesPerSecond: number;
}

/**
 * Sends a stream's fragments to one GetMedia call: from the store as fast as the reader takes
 * them, then as they arrive. It holds no media of its own: a slow reader holds up nothing, and
 * continues with what the stream still has.
 */
export class MediaReader implements StreamFollower {
  #ordinal: number;
  #fragment: StoredFragment | undefined;
  #content: FragmentContent = { pieces: [], tagsAfter: [] };
  #step: 'lead' | 'pieces' | 'trail' = 'lead';
  #nextPiece = 0;
  #faults: FragmentFaults | undefined;
  #resetLeft = Infinity;
  #flipBlockPending = false;
  #repeated = false;
  /** Cut off by the pacer. */
  #rest: Uint8Array | undefined;
  #blocked = false;
  #lastBytes = false;
  #endStruck = false;
  #over = false;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pacer: Pacer;
  lastSentAtMs = performance.now();

  constructor(private readonly options: ReaderOptions) {
    this.#ordinal = options.firstOrdinal ?? 0;
    this.#pacer = new Pacer(options.bytesPerSecond, () => performance.now());
  }

  start(): void {
    const { stream, firstOrdinal } = this.options;
    stream.follow(this);
    if (firstOrdinal === undefined) {
      this.#lastBytes = true;
      this.#send(encodeInBandError(4000));
      this.#pump();
      return;
    }
    this.#strikeSilentEnd();
    this.#pump();
  }

  /** The stream has changed. */
  wake(): void {
    this.#pump();
  }

  /** The output takes bytes again. */
  resume(): void {
    this.#blocked = false;
    this.#pump();
  }

  /** Whether everything there is has been sent. */
  get atLiveEdge(): boolean {
    if (this.#blocked || this.#rest !== undefined) return false;
    return this.#fragment !== undefined || this.options.stream.from(this.#ordinal) === undefined;
  }

  /** Ends the body in order, wherever it is. */
  end(): void {
    if (this.#over) return;
    this.close();
    this.options.output.end();
  }

  /** Stops sending, without a word to the output. */
  close(): void {
    this.#over = true;
    this.options.stream.unfollow(this);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #pump(): void {
    while (!this.#over && !this.#blocked && this.#rest === undefined) {
      if (this.#lastBytes || this.options.stream.deleted) {
        this.end();
        return;
      }
      const bytes = this.#next();
      if (bytes === undefined) return;
      this.#send(bytes);
    }
  }

  #send(bytes: Uint8Array): void {
    const allowed = this.#pacer.take(bytes.length);
    if (allowed > 0) {
      this.lastSentAtMs = performance.now();
      const part = allowed === bytes.length ? bytes : bytes.subarray(0, allowed);
      this.#blocked = !this.options.output.write(part);
    }
    this.#rest = allowed < bytes.length ? bytes.subarray(allowed) : undefined;
    if (this.#rest !== undefined) this.#after(this.#pacer.waitMs, () => this.#sendRest());
  }

  #sendRest(): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    if (this.#blocked) {
      this.#after(this.#pacer.waitMs, () => this.#sendRest());
      return;
    }
    this.#rest = undefined;
    this.#send(rest);
    this.#pump();
  }

  /** The next bytes of the body; undefined while there are none. */
  #next(): Uint8Array | undefined {
    for (;;) {
      const fragment = this.#fragment ?? this.#begin();
      if (fragment === undefined || this.#over) return undefined;
      if (fragment.state === 'dropped') {
        this.#leave(fragment);
        continue;
      }
      if (this.#step === 'lead') return this.#takeLead(fragment);
      if (this.#step === 'pieces') {
        const piece = this.#takePiece(fragment);
        if (piece !== undefined || this.#step === 'pieces') return piece;
      }
      if (fragment.state !== 'complete') return undefined;
      return this.#takeTrail(fragment);
    }
  }

  #begin(): StoredFragment | undefined {
    const { stream, faults } = this.options;
    const fragment = stream.from(this.#ordinal);
    if (fragment === undefined || !fragment.readable(stream.behaviour.clusterSize))
      return undefined;
    this.#strikeSilentEnd();
    if (this.#over) return undefined;
    this.#fragment = fragment;
    this.#content = fragment.content();
    this.#repeated = false;
    this.#restart(faults.atFragment());
    return fragment;
  }

  /** Once a session: it can end only once. */
  #strikeSilentEnd(): void {
    if (this.#endStruck) return;
    const endAfterMs = this.options.faults.silentEndAfterMs();
    if (endAfterMs === undefined) return;
    this.#endStruck = true;
    if (endAfterMs === 0) this.end();
    else this.#after(endAfterMs, () => this.end());
  }

  #restart(faults: FragmentFaults | undefined): void {
    this.#step = 'lead';
    this.#nextPiece = 0;
    this.#faults = faults;
    this.#resetLeft = faults?.resetAfterBytes ?? Infinity;
    this.#flipBlockPending = faults?.flipAt === 'block';
    const slow = faults?.slow;
    if (slow === undefined) return;
    this.#pacer.setRate(slow.bytesPerSecond);
    this.#after(slow.forMs, () => this.#pacer.setRate(this.options.bytesPerSecond));
  }

  #takeLead(fragment: StoredFragment): Uint8Array {
    const errorId = this.#faults?.errorId;
    if (errorId !== undefined) {
      this.#lastBytes = true;
      return encodeInBandError(errorId, fragment.number);
    }
    this.#step = 'pieces';
    const lead = fragment.lead(this.options.stream.behaviour.clusterSize);
    const flipAt = this.#faults?.flipAt;
    return flipAt !== undefined && flipsLead(flipAt) ? flipLead(lead, flipAt) : lead.bytes;
  }

  #takePiece(fragment: StoredFragment): Uint8Array | undefined {
    const piece = this.#content.pieces[this.#nextPiece];
    if (piece === undefined) {
      if (fragment.state === 'open') return undefined;
      if (this.#resetLeft !== Infinity) this.#reset(new Uint8Array());
      else this.#step = 'trail';
      return undefined;
    }
    if (piece.length >= this.#resetLeft) {
      this.#reset(piece.subarray(0, this.#resetLeft));
      return undefined;
    }
    this.#resetLeft -= piece.length;
    this.#nextPiece += 1;
    const flipped = this.#flipBlockPending ? flipBlock(piece) : undefined;
    if (flipped !== undefined) this.#flipBlockPending = false;
    return flipped ?? piece;
  }

  #takeTrail(fragment: StoredFragment): Uint8Array {
    const newest = this.options.stream.newest ?? fragment;
    const behindMs = newest.start.serverTimestampMs - fragment.start.serverTimestampMs;
    const trail = encodeTrail(this.#content.tagsAfter, behindMs, fragment.number);
    if (this.#faults?.twice === true && !this.#repeated) {
      this.#repeated = true;
      this.#restart(undefined);
    } else this.#leave(fragment);
    return trail;
  }

  #leave(fragment: StoredFragment): void {
    this.#fragment = undefined;
    this.#content = { pieces: [], tagsAfter: [] };
    this.#ordinal = fragment.ordinal + 1;
  }

  #reset(lastBytes: Uint8Array): void {
    this.close();
    this.options.output.reset(lastBytes);
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer.unref());
  }
}

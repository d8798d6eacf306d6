import { crc32 } from 'node:zlib';

import { CRC_BYTES, OVERHEAD_BYTES, PRELUDE_BYTES } from './event-message';

/** Larger messages are refused before anything is kept for them; results are some KB. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Bytes of a value by its type; types 6 and 7 say theirs (PROTOCOLS C5). */
const VALUE_BYTES = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const STRING = 7;

export interface EventMessage {
  /** String headers by name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Valid until the next call of the decoder. */
  readonly payload: Buffer;
}

/** The bytes are no event stream, or hold a message above MAX_MESSAGE_BYTES. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
}

/**
 * Cuts the service's byte stream into messages, however it was split. A message within one piece
 * is not copied; else its bytes are gathered, at most MAX_MESSAGE_BYTES.
 */
export class EventDecoder {
  #partial: Buffer | undefined;
  #filled = 0;
  #lastHeaderBytes = Buffer.alloc(0);
  #lastHeaders: ReadonlyMap<string, string> = new Map();

  /** Whether a message has begun and not ended: the stream must not end here. */
  get isMidMessage(): boolean {
    return this.#filled > 0;
  }

  /** Calls `take` with each message that the piece completes. Throws EventStreamError. */
  push(piece: Buffer, take: (message: EventMessage) => void): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#filled > 0) {
        at += this.#gather(piece, at, take);
        continue;
      }
      const left = piece.length - at;
      const totalBytes = left < PRELUDE_BYTES ? Infinity : checkedLength(piece, at);
      if (totalBytes > left) {
        this.#begin(piece, at, totalBytes);
        return;
      }
      take(this.#split(piece, at, at + totalBytes));
      at += totalBytes;
    }
  }

  /** Keeps the start of a message; without its prelude the length is not known yet. */
  #begin(piece: Buffer, at: number, totalBytes: number): void {
    this.#partial = Buffer.allocUnsafe(totalBytes === Infinity ? PRELUDE_BYTES : totalBytes);
    this.#filled = piece.copy(this.#partial, 0, at);
  }

  /** Adds to the message that has begun; returns how much of the piece that took. */
  #gather(piece: Buffer, at: number, take: (message: EventMessage) => void): number {
    let partial = this.#partial ?? Buffer.alloc(0);
    const taken = piece.copy(partial, this.#filled, at);
    this.#filled += taken;
    if (this.#filled < partial.length) return taken;
    const totalBytes = checkedLength(partial, 0);
    if (partial.length < totalBytes) {
      partial = Buffer.allocUnsafe(totalBytes);
      this.#partial?.copy(partial);
      this.#partial = partial;
      return taken;
    }
    this.#partial = undefined;
    this.#filled = 0;
    take(this.#split(partial, 0, partial.length));
    return taken;
  }

  /** The message that lies there; as few views of it as can be, each costs more than to read it. */
  #split(bytes: Buffer, at: number, end: number): EventMessage {
    const crcAt = end - CRC_BYTES;
    if (crc32(bytes.subarray(at, crcAt)) !== bytes.readUInt32BE(crcAt)) {
      throw new EventStreamError('the checksum of a message does not fit');
    }
    const headersAt = at + PRELUDE_BYTES;
    const headersEnd = headersAt + bytes.readUInt32BE(at + 4);
    return {
      headers: this.#headers(bytes, headersAt, headersEnd),
      payload: bytes.subarray(headersEnd, crcAt),
    };
  }

  /** Nearly all messages of a session have the same headers. */
  #headers(bytes: Buffer, at: number, end: number): ReadonlyMap<string, string> {
    const last = this.#lastHeaderBytes;
    if (bytes.compare(last, 0, last.length, at, end) !== 0) {
      const headerBytes = Buffer.from(bytes.subarray(at, end));
      this.#lastHeaders = readHeaders(headerBytes);
      this.#lastHeaderBytes = headerBytes;
    }
    return this.#lastHeaders;
  }
}

function checkedLength(bytes: Buffer, at: number): number {
  const totalBytes = bytes.readUInt32BE(at);
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) {
    throw new EventStreamError('the checksum of a prelude does not fit');
  }
  if (totalBytes > MAX_MESSAGE_BYTES) {
    throw new EventStreamError(`a message of more than ${MAX_MESSAGE_BYTES} bytes`);
  }
  if (totalBytes < OVERHEAD_BYTES + bytes.readUInt32BE(at + 4)) {
    throw new EventStreamError('headers that are longer than their message');
  }
  return totalBytes;
}

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? NaN;
    let valueAt = nameEnd + 1;
    let valueBytes = VALUE_BYTES[type];
    if (type === STRING || type === STRING - 1) {
      valueBytes = valueAt + 2 <= bytes.length ? bytes.readUInt16BE(valueAt) : undefined;
      valueAt += 2;
    }
    if (valueBytes === undefined || valueAt + valueBytes > bytes.length) {
      throw new EventStreamError('headers that do not fit');
    }
    if (type === STRING) {
      const name = bytes.toString('utf8', at + 1, nameEnd);
      headers.set(name, bytes.toString('utf8', valueAt, valueAt + valueBytes));
    }
    at = valueAt + valueBytes;
  }
  return headers;
}

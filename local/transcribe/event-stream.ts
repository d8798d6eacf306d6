import { crc32 } from './crc32';

/*
 * vnd.amazon.eventstream (PROTOCOLS C5): total length, headers length, CRC of those eight bytes,
 * headers, payload, CRC of everything before. Big-endian throughout.
 */
const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const OVERHEAD_BYTES = PRELUDE_BYTES + CRC_BYTES;

/** Larger messages are refused before anything is kept for them; 1 s of audio is far below. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

export interface EventMessage {
  /** Encoded headers; `decodeHeaders` reads them. */
  readonly headers: Buffer;
  readonly payload: Buffer;
}

export type HeaderValue =
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'byte' | 'short' | 'integer'; readonly value: number }
  | { readonly type: 'long'; readonly value: bigint }
  | { readonly type: 'timestamp'; readonly valueMs: number }
  | { readonly type: 'string' | 'uuid'; readonly value: string }
  | { readonly type: 'binary'; readonly value: Buffer };

/** What arrived is no event stream, or a message above MAX_MESSAGE_BYTES. */
export class EventStreamError extends Error {
  constructor(
    readonly kind: 'corrupt' | 'too-big',
    message: string,
  ) {
    super(message);
    this.name = 'EventStreamError';
  }
}

/**
 * Cuts a byte stream into messages, however it was split. Holds what was pushed and not yet
 * taken; who pushes must bound it by `bufferedBytes`. A message inside one piece is not copied,
 * so it is valid only as long as that piece.
 */
export class EventStreamDecoder {
  #pieces: Buffer[] = [];
  #bufferedBytes = 0;

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  push(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bufferedBytes += piece.length;
  }

  /** The next whole message, or undefined until more bytes come. Throws EventStreamError. */
  next(): EventMessage | undefined {
    if (this.#bufferedBytes < PRELUDE_BYTES) return undefined;
    const prelude = this.#peek(PRELUDE_BYTES);
    const totalBytes = prelude.readUInt32BE(0);
    checkPrelude(prelude, totalBytes);
    if (this.#bufferedBytes < totalBytes) return undefined;
    const message = this.#peek(totalBytes);
    this.#drop(totalBytes);
    return splitMessage(message);
  }

  /** The first `count` bytes; joins pieces only when the first is too short. */
  #peek(count: number): Buffer {
    const first = this.#pieces[0];
    if (first && first.length >= count) return first.subarray(0, count);
    const joined = Buffer.allocUnsafe(count);
    let filled = 0;
    for (const piece of this.#pieces) {
      filled += piece.copy(joined, filled);
      if (filled === count) break;
    }
    return joined;
  }

  #drop(count: number): void {
    this.#bufferedBytes -= count;
    let left = count;
    let whole = 0;
    for (const piece of this.#pieces) {
      if (piece.length > left) break;
      left -= piece.length;
      whole += 1;
    }
    const cut = this.#pieces[whole];
    if (cut && left > 0) this.#pieces[whole] = cut.subarray(left);
    if (whole > 0) this.#pieces.splice(0, whole);
  }
}

/** Reads exactly one message, such as the one nested in a signed message. */
export function decodeMessage(bytes: Buffer): EventMessage {
  if (bytes.length < OVERHEAD_BYTES || bytes.readUInt32BE(0) !== bytes.length) {
    throw new EventStreamError('corrupt', 'message length does not fit');
  }
  checkPrelude(bytes, bytes.length);
  return splitMessage(bytes);
}

export function decodeHeaders(bytes: Buffer): Map<string, HeaderValue> {
  const headers = new Map<string, HeaderValue>();
  let at = 0;
  try {
    while (at < bytes.length) {
      const nameBytes = bytes.readUInt8(at);
      const name = bytes.toString('utf8', at + 1, at + 1 + nameBytes);
      const [value, end] = readHeaderValue(bytes, at + 1 + nameBytes);
      if (end > bytes.length) throw new EventStreamError('corrupt', 'header beyond its block');
      headers.set(name, value);
      at = end;
    }
  } catch (reason) {
    if (reason instanceof EventStreamError) throw reason;
    throw new EventStreamError('corrupt', 'headers do not fit');
  }
  return headers;
}

/** Encodes headers whose values are strings, which is all that the service sends. */
export function encodeStringHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const lengths = Buffer.from([7, valueBytes.length >> 8, valueBytes.length & 0xff]);
    return [Buffer.from([nameBytes.length]), nameBytes, lengths, valueBytes];
  });
  return Buffer.concat(parts);
}

export function encodeMessage(headers: Uint8Array, payload: Uint8Array): Buffer {
  const totalBytes = OVERHEAD_BYTES + headers.length + payload.length;
  const message = Buffer.allocUnsafe(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(headers, PRELUDE_BYTES);
  message.set(payload, PRELUDE_BYTES + headers.length);
  message.writeUInt32BE(crc32(message.subarray(0, totalBytes - CRC_BYTES)), totalBytes - CRC_BYTES);
  return message;
}

function checkPrelude(prelude: Buffer, totalBytes: number): void {
  if (crc32(prelude.subarray(0, 8)) !== prelude.readUInt32BE(8)) {
    throw new EventStreamError('corrupt', 'prelude checksum does not fit');
  }
  if (totalBytes > MAX_MESSAGE_BYTES) {
    throw new EventStreamError('too-big', `message of more than ${MAX_MESSAGE_BYTES} bytes`);
  }
  if (totalBytes < OVERHEAD_BYTES + prelude.readUInt32BE(4)) {
    throw new EventStreamError('corrupt', 'headers longer than their message');
  }
}

function splitMessage(message: Buffer): EventMessage {
  const bodyEnd = message.length - CRC_BYTES;
  if (crc32(message.subarray(0, bodyEnd)) !== message.readUInt32BE(bodyEnd)) {
    throw new EventStreamError('corrupt', 'message checksum does not fit');
  }
  const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
  return {
    headers: message.subarray(PRELUDE_BYTES, headersEnd),
    payload: message.subarray(headersEnd, bodyEnd),
  };
}

/** The value whose type byte stands at `at`, and where it ends. */
function readHeaderValue(bytes: Buffer, at: number): [HeaderValue, number] {
  const start = at + 1;
  const type = bytes.readUInt8(at);
  switch (type) {
    case 0:
    case 1:
      return [{ type: 'boolean', value: type === 0 }, start];
    case 2:
      return [{ type: 'byte', value: bytes.readInt8(start) }, start + 1];
    case 3:
      return [{ type: 'short', value: bytes.readInt16BE(start) }, start + 2];
    case 4:
      return [{ type: 'integer', value: bytes.readInt32BE(start) }, start + 4];
    case 5:
      return [{ type: 'long', value: bytes.readBigInt64BE(start) }, start + 8];
    case 6:
    case 7: {
      const valueStart = start + 2;
      const end = valueStart + bytes.readUInt16BE(start);
      if (type === 6) return [{ type: 'binary', value: bytes.subarray(valueStart, end) }, end];
      return [{ type: 'string', value: bytes.toString('utf8', valueStart, end) }, end];
    }
    case 8:
      return [{ type: 'timestamp', valueMs: Number(bytes.readBigInt64BE(start)) }, start + 8];
    case 9: {
      const hex = bytes.toString('hex', start, start + 16);
      const value = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return [{ type: 'uuid', value }, start + 16];
    }
    default:
      throw new EventStreamError('corrupt', `unknown header type ${type}`);
  }
}

import { hash } from 'node:crypto';

import type { RequestSigner, SigningTime } from '../../aws/request-signer';

const HEX_BYTES = 64;
const LINE_FEED = 0x0a;
const ALGORITHM = 'AWS4-HMAC-SHA256-PAYLOAD';
/** `:date`, type timestamp; eight bytes of milliseconds follow. */
export const DATE_HEADER_START = Buffer.from('\x05:date\x08', 'latin1');

/**
 * Signs the frames of event streams (PROTOCOLS C5). One serves every session of a worker: the
 * text to be signed is kept, and of it only what changes is written, so that a frame costs two
 * short hashes and the one over its payload.
 */
export class FrameSigner {
  #time: SigningTime | undefined;
  #dateMs = NaN;
  readonly #dateHeader = Buffer.concat([DATE_HEADER_START, Buffer.alloc(8)]);
  /** Algorithm, date and scope; prior signature; hash of the date header; hash of the payload. */
  #text = Buffer.alloc(0);
  #priorAt = 0;

  constructor(readonly requests: RequestSigner) {}

  /** Signature of a frame as hex: `prior` is that of the frame before, or of the request. */
  sign(epochMs: number, prior: string, payload: Uint8Array): string {
    const time = this.requests.at(epochMs);
    if (time !== this.#time) this.#begin(time);
    const text = this.#text;
    if (epochMs !== this.#dateMs) {
      this.#dateMs = epochMs;
      writeEpochMs(this.#dateHeader, DATE_HEADER_START.length, epochMs);
      text.write(hash('sha256', this.#dateHeader), this.#priorAt + HEX_BYTES + 1, 'latin1');
    }
    text.write(prior, this.#priorAt, 'latin1');
    text.write(hash('sha256', payload), this.#priorAt + 2 * (HEX_BYTES + 1), 'latin1');
    return time.key.digest(text);
  }

  #begin(time: SigningTime): void {
    this.#time = time;
    this.#dateMs = NaN;
    const start = Buffer.from(`${ALGORITHM}\n${time.amzDate}\n${time.scope}\n`, 'latin1');
    this.#priorAt = start.length;
    this.#text = Buffer.alloc(start.length + 3 * HEX_BYTES + 2, LINE_FEED);
    start.copy(this.#text);
  }
}

/** Milliseconds since the epoch as the eight bytes of a timestamp, without a BigInt per frame. */
export function writeEpochMs(bytes: Buffer, at: number, epochMs: number): void {
  bytes.writeUInt32BE(Math.floor(epochMs / 2 ** 32), at);
  bytes.writeUInt32BE(epochMs % 2 ** 32, at + 4);
}

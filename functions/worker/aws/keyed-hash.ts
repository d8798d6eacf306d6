import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** HMAC-SHA256 out of two one-shot hashes (RFC 2104): half the cost of an Hmac for short texts. */
export class KeyedHash {
  /** The padded key, and behind it room for a text; texts of one length need no other. */
  #inner: Buffer;
  readonly #outer: Buffer;

  constructor(private readonly key: Buffer) {
    this.#inner = padded(key, INNER_PAD, 0);
    this.#outer = padded(key, OUTER_PAD, HASH_BYTES);
  }

  /** As hex. */
  digest(text: Buffer): string {
    if (this.#inner.length !== BLOCK_BYTES + text.length) {
      this.#inner = padded(this.key, INNER_PAD, text.length);
    }
    text.copy(this.#inner, BLOCK_BYTES);
    this.#outer.write(hash('sha256', this.#inner), BLOCK_BYTES, 'hex');
    return hash('sha256', this.#outer);
  }
}

function padded(key: Buffer, pad: number, textBytes: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES + textBytes);
  // A key longer than a block is hashed first.
  const short = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
  short.copy(bytes);
  for (let at = 0; at < BLOCK_BYTES; at++) bytes[at] = (bytes[at] ?? 0) ^ pad;
  return bytes;
}

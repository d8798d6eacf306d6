import { hash } from 'node:crypto';

const SHA256_BLOCK_BYTES = 64;
const SHA256_BYTES = 32;
const HEX_BYTES = 2 * SHA256_BYTES;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
const LINE_FEED = 0x0a;
const TERMINATOR = 'aws4_request';
const REQUEST_ALGORITHM = 'AWS4-HMAC-SHA256';
const FRAME_ALGORITHM = 'AWS4-HMAC-SHA256-PAYLOAD';
/** `:date`, type timestamp; eight bytes of milliseconds follow. */
export const DATE_HEADER_START = Buffer.from('\x05:date\x08', 'latin1');
const DATE_HEADER_BYTES = DATE_HEADER_START.length + 8;

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it is signed: names in lower case, values as they are sent. */
export interface SignableRequest {
  readonly method: string;
  /** Without characters that would have to be escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What `x-amz-content-sha256` says. */
  readonly payloadHash: string;
}

/**
 * Signature Version 4 for one set of credentials and one region, of requests and of the frames of
 * event streams (PROTOCOLS C5). One signer serves every session of a worker: key, dates and the
 * constant lines of what is signed are kept between calls, so that a frame costs two short hashes
 * and the one over its payload.
 */
export class FrameSigner {
  #second = NaN;
  #amzDate = '';
  #day = '';
  #dateMs = NaN;
  readonly #dateHeader = Buffer.alloc(DATE_HEADER_BYTES);
  #hmac: KeyedHash | undefined;
  /** The text to be signed for a frame, of constant length. */
  readonly #text: Buffer;
  readonly #priorAt: number;

  constructor(
    readonly credentials: SigningCredentials,
    private readonly region: string,
    private readonly service: string,
  ) {
    DATE_HEADER_START.copy(this.#dateHeader);
    const start = this.#frameTextStart('00000000T000000Z', '00000000');
    this.#priorAt = start.length;
    this.#text = Buffer.alloc(start.length + 3 * HEX_BYTES + 2, LINE_FEED);
  }

  /** `x-amz-date` for a moment. */
  amzDate(epochMs: number): string {
    this.#setSecond(epochMs);
    return this.#amzDate;
  }

  /** The `Authorization` header, and the signature in it, which begins the chain of the frames. */
  authorize(request: SignableRequest, epochMs: number) {
    const hmac = this.#setSecond(epochMs);
    const names = Object.keys(request.headers).sort();
    const canonical = [
      request.method,
      request.path,
      '',
      ...names.map((name) => `${name}:${canonicalValue(request.headers[name] ?? '')}`),
      '',
      names.join(';'),
      request.payloadHash,
    ].join('\n');
    const scope = this.#scope(this.#day);
    const text = [REQUEST_ALGORITHM, this.#amzDate, scope, hash('sha256', canonical)].join('\n');
    const signature = hmac.digest(Buffer.from(text, 'latin1'));
    const credential = `${this.credentials.accessKeyId}/${scope}`;
    const signed = `SignedHeaders=${names.join(';')}`;
    return {
      authorization: `${REQUEST_ALGORITHM} Credential=${credential}, ${signed}, Signature=${signature}`,
      signature,
    };
  }

  /** Signature of a frame as hex: `prior` is that of the frame before, or of the request. */
  sign(epochMs: number, prior: string, payload: Uint8Array): string {
    const hmac = this.#setSecond(epochMs);
    const text = this.#text;
    if (epochMs !== this.#dateMs) {
      this.#dateMs = epochMs;
      writeEpochMs(this.#dateHeader, DATE_HEADER_START.length, epochMs);
      text.write(hash('sha256', this.#dateHeader), this.#priorAt + HEX_BYTES + 1, 'latin1');
    }
    text.write(prior, this.#priorAt, 'latin1');
    text.write(hash('sha256', payload), this.#priorAt + 2 * (HEX_BYTES + 1), 'latin1');
    return hmac.digest(text);
  }

  /** Dates have whole seconds, so most frames find theirs prepared; the key lasts for a day. */
  #setSecond(epochMs: number): KeyedHash {
    const second = Math.floor(epochMs / 1000);
    if (second !== this.#second || this.#hmac === undefined) {
      this.#second = second;
      this.#amzDate = new Date(second * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
      const day = this.#amzDate.slice(0, 8);
      if (day !== this.#day || this.#hmac === undefined) {
        this.#day = day;
        this.#hmac = new KeyedHash(this.#signingKey(day), this.#text.length);
      }
      this.#text.write(this.#frameTextStart(this.#amzDate, day), 0, 'latin1');
    }
    return this.#hmac;
  }

  #frameTextStart(amzDate: string, day: string): string {
    return `${FRAME_ALGORITHM}\n${amzDate}\n${this.#scope(day)}\n`;
  }

  #scope(day: string): string {
    return `${day}/${this.region}/${this.service}/${TERMINATOR}`;
  }

  #signingKey(day: string): Buffer {
    let key = Buffer.from(`AWS4${this.credentials.secretAccessKey}`);
    for (const step of [day, this.region, this.service, TERMINATOR]) {
      const text = Buffer.from(step, 'latin1');
      key = Buffer.from(new KeyedHash(key, text.length).digest(text), 'hex');
    }
    return key;
  }
}

/** Milliseconds since the epoch as the eight bytes of a timestamp, without a BigInt per frame. */
export function writeEpochMs(bytes: Buffer, at: number, epochMs: number): void {
  bytes.writeUInt32BE(Math.floor(epochMs / 2 ** 32), at);
  bytes.writeUInt32BE(epochMs % 2 ** 32, at + 4);
}

/** HMAC-SHA256 out of two one-shot hashes: half the cost of an Hmac object for short texts. */
class KeyedHash {
  #inner: Buffer;
  readonly #outer: Buffer;

  constructor(
    private readonly key: Buffer,
    textBytes: number,
  ) {
    this.#inner = padded(key, INNER_PAD, textBytes);
    this.#outer = padded(key, OUTER_PAD, SHA256_BYTES);
  }

  digest(text: Buffer): string {
    if (this.#inner.length !== SHA256_BLOCK_BYTES + text.length) {
      this.#inner = padded(this.key, INNER_PAD, text.length);
    }
    text.copy(this.#inner, SHA256_BLOCK_BYTES);
    this.#outer.write(hash('sha256', this.#inner), SHA256_BLOCK_BYTES, 'hex');
    return hash('sha256', this.#outer);
  }
}

function padded(key: Buffer, pad: number, textBytes: number): Buffer {
  const bytes = Buffer.alloc(SHA256_BLOCK_BYTES + textBytes);
  // RFC 2104: a key longer than a block is hashed first.
  const short = key.length > SHA256_BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
  short.copy(bytes);
  for (let at = 0; at < SHA256_BLOCK_BYTES; at++) bytes[at] = (bytes[at] ?? 0) ^ pad;
  return bytes;
}

function canonicalValue(value: string): string {
  return value
    .replace(/[\r\n]/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim();
}

/** A status line with its headers, and separately a chunked body's trailers; AWS sends below 2 KB. */
const MAX_HEAD_BYTES = 16_384;
/** A chunk's size with its extensions. */
const MAX_SIZE_LINE_BYTES = 1_024;
/** Hexadecimal digits of a chunk's size: 4 GiB are never sent at once. */
const MAX_SIZE_DIGITS = 8;
const HEAD_END = '\r\n\r\n';
const CR = 0x0d;
const LF = 0x0a;

/** Called synchronously, in stream order. */
export interface ResponseSink {
  /** The final status, 1xx having been passed over; header names are in lower case. */
  onHead(status: number, headers: ReadonlyMap<string, string>): void;
  /** Bytes [start, end) of `bytes`, the array that was pushed, belong to the body. */
  onBody(bytes: Uint8Array, start: number, end: number): void;
  /** The body is complete; what is pushed after it is not looked at. */
  onEnd(): void;
}

/** The peer does not speak HTTP/1.1 as it must, or left in the middle of a message. */
export class MalformedResponseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedResponseError';
  }
}

const State = {
  Head: 0,
  ChunkSize: 1,
  ChunkSizeEnd: 2,
  ChunkData: 3,
  ChunkDataEnd: 4,
  Trailers: 5,
  Length: 6,
  UntilClose: 7,
  Over: 8,
} as const;
type State = (typeof State)[keyof typeof State];

/**
 * Parses one HTTP/1.1 response that is pushed in pieces of any size: chunked, with a length or
 * ended by the connection (RFC 9112). Copies nothing of the body. Holds at most `MAX_HEAD_BYTES`
 * of head and a read more; a longer one is an error. Throws MalformedResponseError, after which
 * it must not be used.
 */
export class ResponseParser {
  private state: State = State.Head;
  private head = '';
  /** Bytes of the chunk or of the body that are still to come. */
  private left = 0;
  private lineBytes = 0;
  private lineBefore = 0;
  private closes = false;

  constructor(private readonly sink: ResponseSink) {}

  get isOver(): boolean {
    return this.state === State.Over;
  }

  /** Whether the connection takes no request after this one; known from the head on. */
  get isLast(): boolean {
    return this.closes;
  }

  /** Returns where it stopped: `end`, or where the response did. */
  push(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      switch (this.state) {
        case State.Head:
          at = this.readHead(bytes, at, end);
          break;
        case State.ChunkSize:
        case State.ChunkSizeEnd:
          at = this.readChunkSize(bytes, at, end);
          break;
        case State.ChunkData:
        case State.Length:
          at = this.readLeft(bytes, at, end);
          break;
        case State.ChunkDataEnd:
          at = this.readChunkEnd(bytes, at, end);
          break;
        case State.Trailers:
          at = this.readTrailers(bytes, at, end);
          break;
        case State.UntilClose:
          this.sink.onBody(bytes, at, end);
          return end;
        case State.Over:
          return at;
      }
    }
    return end;
  }

  /** The peer sends no more. */
  end(): void {
    if (this.state === State.UntilClose) this.finish();
    else if (this.state !== State.Over) {
      throw new MalformedResponseError('the connection ended inside a response');
    }
  }

  private readHead(bytes: Uint8Array, at: number, end: number): number {
    const before = this.head.length;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
    this.head += text;
    const found = this.head.indexOf(HEAD_END, Math.max(0, before - HEAD_END.length + 1));
    if (found > MAX_HEAD_BYTES || (found < 0 && this.head.length > MAX_HEAD_BYTES)) {
      throw new MalformedResponseError('the head of a response is too long');
    }
    if (found < 0) return end;
    const head = this.head.slice(0, found);
    this.head = '';
    this.begin(head);
    return at + found + HEAD_END.length - before;
  }

  private begin(head: string): void {
    const lines = head.split('\r\n');
    const [, minor, status] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(lines[0] ?? '') ?? [];
    if (status === undefined) throw new MalformedResponseError('this is no HTTP/1.1 response');
    if (status === '101') throw new MalformedResponseError('the protocol was switched unasked');
    if (status.startsWith('1')) return;
    const headers = readHeaders(lines.slice(1));
    this.expectBody(Number(status), headers);
    this.closes = this.state === State.UntilClose || closesAfter(minor === '1', headers);
    this.sink.onHead(Number(status), headers);
    if (this.state === State.Length && this.left === 0) this.finish();
  }

  private expectBody(status: number, headers: ReadonlyMap<string, string>): void {
    const coding = headers.get('transfer-encoding')?.toLowerCase();
    const length = headers.get('content-length');
    if (status === 204 || status === 304) {
      this.state = State.Length;
    } else if (coding !== undefined) {
      if (coding !== 'chunked') throw new MalformedResponseError('an unknown transfer coding');
      this.beginChunk();
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) throw new MalformedResponseError('a malformed length');
      this.state = State.Length;
      this.left = Number(length);
    } else {
      this.state = State.UntilClose;
    }
  }

  private beginChunk(): void {
    this.state = State.ChunkSize;
    this.left = 0;
    this.lineBytes = 0;
  }

  private readChunkSize(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      const octet = bytes[at]!;
      if (octet === LF) {
        this.endChunkSize();
        return at + 1;
      }
      this.lineBytes += 1;
      const digit = this.state === State.ChunkSize ? hexDigit(octet) : -1;
      if (digit >= 0) {
        if (this.lineBytes > MAX_SIZE_DIGITS) throw new MalformedResponseError('a giant chunk');
        this.left = this.left * 16 + digit;
      } else {
        this.endDigits(octet);
      }
    }
    return end;
  }

  /** Behind the digits only extensions may come, which mean nothing to us. */
  private endDigits(octet: number): void {
    if (this.state === State.ChunkSize) {
      const mayFollow = octet === CR || octet === 0x3b || octet === 0x20 || octet === 0x09;
      if (this.lineBytes === 1 || !mayFollow) {
        throw new MalformedResponseError('a chunk without a size');
      }
      this.state = State.ChunkSizeEnd;
    }
    if (this.lineBytes > MAX_SIZE_LINE_BYTES) {
      throw new MalformedResponseError('a line of a chunk is too long');
    }
    this.lineBefore = octet;
  }

  private endChunkSize(): void {
    if (this.state === State.ChunkSize || this.lineBefore !== CR) {
      throw new MalformedResponseError('a chunk without a size');
    }
    this.lineBytes = 0;
    if (this.left > 0) this.state = State.ChunkData;
    else this.state = State.Trailers;
  }

  private readLeft(bytes: Uint8Array, at: number, end: number): number {
    const to = Math.min(end, at + this.left);
    this.left -= to - at;
    this.sink.onBody(bytes, at, to);
    if (this.left > 0) return to;
    if (this.state === State.Length) this.finish();
    else {
      this.state = State.ChunkDataEnd;
      this.lineBytes = 0;
    }
    return to;
  }

  private readChunkEnd(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] !== (this.lineBytes === 0 ? CR : LF)) {
      throw new MalformedResponseError('a chunk is longer than its size');
    }
    this.lineBytes += 1;
    if (this.lineBytes === 2) this.beginChunk();
    return Math.min(at + 1, end);
  }

  private readTrailers(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      // `left` counts all of the trailers, `lineBytes` those of the line without its end.
      this.left += 1;
      if (this.left > MAX_HEAD_BYTES) throw new MalformedResponseError('the trailers are too long');
      if (bytes[at] !== LF) {
        if (bytes[at] !== CR) this.lineBytes += 1;
        continue;
      }
      if (this.lineBytes === 0) {
        this.finish();
        return at + 1;
      }
      this.lineBytes = 0;
    }
    return end;
  }

  private finish(): void {
    this.state = State.Over;
    this.sink.onEnd();
  }
}

/** RFC 9112, section 9.3: HTTP/1.1 stays unless it says otherwise, HTTP/1.0 the other way round. */
function closesAfter(isNew: boolean, headers: ReadonlyMap<string, string>): boolean {
  const options = (headers.get('connection') ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  return options.includes('close') || (!isNew && !options.includes('keep-alive'));
}

function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new MalformedResponseError('a malformed header line');
    }
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

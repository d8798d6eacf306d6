import type { IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';

import { HeaderReader } from './header-reader';
import {
  DEFAULT_WINDOW_BYTES,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  LARGEST_WINDOW_BYTES,
  MAX_FRAME_BYTES,
  PREFACE,
  SETTING,
  encodeEndOfStream,
  encodeFrame,
  encodeResponse,
  encodeSettings,
  encodeWindowUpdate,
} from './http2-frames';

const NO_BYTES = Buffer.alloc(0);
/** A client that leaves so much unread is cut off. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const CANCEL = Buffer.from([0, 0, 0, 8]);

/** What a stream tells whoever serves it. */
export interface StreamListener {
  /** Valid during the call. */
  data(bytes: Buffer): void;
  /** The client has ended its side. */
  end(): void;
  /** Nothing more comes or goes. Called once. */
  closed(): void;
}

/** Serves a request: answers on the stream, and returns who listens to it. */
export type ServeStream = (stream: ServedStream, headers: IncomingHttpHeaders) => StreamListener;

/**
 * One HTTP/2 connection, as far as long bidirectional streams need it. `node:http2` takes three
 * times the CPU for the same, and its share would be the larger part of the stand-ins' core.
 * Keeps at most one frame of what came, and what its client's windows do not let out yet.
 */
export class Http2Connection {
  readonly #streams = new Map<number, ServedStream>();
  readonly #headers: HeaderReader;
  #rest: Buffer = NO_BYTES;
  #prefaceLeft = PREFACE.length;
  /** Bytes that the client still takes on the connection. */
  windowBytes = DEFAULT_WINDOW_BYTES;
  initialWindowBytes = DEFAULT_WINDOW_BYTES;

  constructor(
    private readonly socket: Socket,
    private readonly serve: ServeStream,
  ) {
    this.#headers = new HeaderReader((streamId, headers) => this.#open(streamId, headers));
    socket.setNoDelay(true);
    socket.write(encodeSettings({ [SETTING.initialWindowSize]: LARGEST_WINDOW_BYTES }));
    socket.write(encodeWindowUpdate(0, LARGEST_WINDOW_BYTES - DEFAULT_WINDOW_BYTES));
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.once('close', () => {
      this.#headers.close();
      for (const stream of [...this.#streams.values()]) stream.wasClosed();
    });
  }

  send(bytes: Buffer): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  destroy(): void {
    this.socket.destroy();
  }

  forget(streamId: number): void {
    this.#streams.delete(streamId);
  }

  #take(bytes: Buffer): void {
    let all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (this.#prefaceLeft > 0) {
      if (all.length < PREFACE.length) return void (this.#rest = Buffer.from(all));
      this.#prefaceLeft = 0;
      this.#headers.show(PREFACE);
      all = all.subarray(PREFACE.length);
    }
    let at = 0;
    while (all.length - at >= FRAME_HEADER_BYTES) {
      const length = all.readUIntBE(at, 3);
      if (length > MAX_FRAME_BYTES) return this.destroy();
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > all.length) break;
      this.#frame(all, at, end);
      at = end;
    }
    this.#rest = at === all.length ? NO_BYTES : Buffer.from(all.subarray(at));
  }

  #frame(all: Buffer, at: number, end: number): void {
    const flags = all[at + 4] ?? 0;
    const streamId = all.readUInt32BE(at + 5) & 0x7fffffff;
    const bodyAt = at + FRAME_HEADER_BYTES;
    switch (all[at + 3]) {
      case FRAME.data:
        if ((flags & FLAG.padded) !== 0) return this.destroy();
        this.#streams.get(streamId)?.came(all.subarray(bodyAt, end), flags);
        return;
      case FRAME.headers:
        if (!this.#streams.has(streamId)) {
          this.#streams.set(streamId, new ServedStream(this, streamId));
        }
        this.#headers.show(all.subarray(at, end));
        return;
      case FRAME.continuation:
        this.#headers.show(all.subarray(at, end));
        return;
      case FRAME.rstStream:
        this.#headers.show(all.subarray(at, end));
        this.#streams.get(streamId)?.wasClosed();
        return;
      case FRAME.settings:
        if ((flags & FLAG.ack) === 0) this.#settings(all.subarray(at, end));
        return;
      case FRAME.ping:
        if ((flags & FLAG.ack) !== 0) return;
        this.send(encodeFrame(FRAME.ping, FLAG.ack, 0, all.subarray(bodyAt, end)));
        return;
      case FRAME.windowUpdate:
        this.#widen(streamId, all.readUInt32BE(bodyAt));
        return;
      default:
    }
  }

  #settings(frame: Buffer): void {
    this.#headers.show(frame);
    for (let at = FRAME_HEADER_BYTES; at < frame.length; at += 6) {
      if (frame.readUInt16BE(at) !== SETTING.initialWindowSize) continue;
      const size = frame.readUInt32BE(at + 2);
      for (const stream of this.#streams.values()) stream.widen(size - this.initialWindowBytes);
      this.initialWindowBytes = size;
    }
    this.send(encodeFrame(FRAME.settings, FLAG.ack, 0));
  }

  #widen(streamId: number, bytes: number): void {
    if (streamId !== 0) return this.#streams.get(streamId)?.widen(bytes);
    this.windowBytes += bytes;
    for (const stream of this.#streams.values()) stream.widen(0);
  }

  #open(streamId: number, headers: IncomingHttpHeaders): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    stream.listener = this.serve(stream, headers);
    stream.catchUp();
  }
}

/** The server's side of one stream. */
export class ServedStream {
  listener: StreamListener | undefined;
  #windowBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isEnding = false;
  #isOver = false;
  /** What came before somebody listened: headers are read a moment after the frames behind them. */
  #early: [bytes: Buffer, flags: number][] = [];

  constructor(
    private readonly connection: Http2Connection,
    private readonly id: number,
  ) {
    this.#windowBytes = connection.initialWindowBytes;
  }

  respond(status: 200 | 400, headers: Readonly<Record<string, string>>): void {
    this.connection.send(encodeResponse(this.id, status, headers));
  }

  /** Sends one message, or several in one frame. */
  write(...messages: readonly Buffer[]): void {
    if (this.#isOver || this.#isEnding) return;
    const frame = encodeFrame(FRAME.data, 0, this.id, ...messages);
    const bytes = frame.length - FRAME_HEADER_BYTES;
    if (this.#waiting.length === 0 && this.#fits(bytes)) return this.#send(frame, bytes);
    this.#waiting.push(frame);
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.connection.destroy();
  }

  end(): void {
    this.#isEnding = true;
    this.#flush();
  }

  /** Cancels the stream. */
  close(): void {
    if (this.#isOver) return;
    this.connection.send(encodeFrame(FRAME.rstStream, 0, this.id, CANCEL));
    this.wasClosed();
  }

  came(bytes: Buffer, flags: number): void {
    if (this.listener === undefined) {
      this.#early.push([Buffer.from(bytes), flags]);
      return;
    }
    if (bytes.length > 0) this.listener.data(bytes);
    if ((flags & FLAG.endStream) !== 0) this.listener.end();
  }

  catchUp(): void {
    for (const [bytes, flags] of this.#early.splice(0)) this.came(bytes, flags);
  }

  widen(bytes: number): void {
    this.#windowBytes += bytes;
    this.#flush();
  }

  wasClosed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.connection.forget(this.id);
    this.listener?.closed();
  }

  #flush(): void {
    for (let frame = this.#waiting[0]; frame !== undefined; frame = this.#waiting[0]) {
      const bytes = frame.length - FRAME_HEADER_BYTES;
      if (!this.#fits(bytes)) return;
      this.#waiting.shift();
      this.#waitingBytes -= bytes;
      this.#send(frame, bytes);
    }
    if (!this.#isEnding || this.#isOver) return;
    this.connection.send(encodeEndOfStream(this.id));
    this.wasClosed();
  }

  #fits(bytes: number): boolean {
    return this.#windowBytes >= bytes && this.connection.windowBytes >= bytes;
  }

  #send(frame: Buffer, bytes: number): void {
    this.#windowBytes -= bytes;
    this.connection.windowBytes -= bytes;
    this.connection.send(frame);
  }
}

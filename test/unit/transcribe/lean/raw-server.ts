import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const GOAWAY = 7;
const ACK = 1;
const END_STREAM = 1;
const END_HEADERS = 4;
/** `:status: 200` is entry 8 of HPACK's static table. */
const STATUS_200 = Buffer.of(0x88);
const STREAM_ID = 1;

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** An event of the result stream, without results. */
export const EVENT = Buffer.from(
  codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: 'TranscriptEvent' },
      ':content-type': { type: 'string', value: 'application/json' },
    },
    body: fromUtf8('{"Transcript":{"Results":[]}}'),
  }),
);

/** The service's side of one connection, down to the single frame. */
export class RawConnection {
  constructor(readonly socket: Socket) {}

  data(bytes: Uint8Array): void {
    this.#frame(DATA, 0, STREAM_ID, bytes);
  }

  endStream(): void {
    this.#frame(DATA, END_STREAM, STREAM_ID);
  }

  resetStream(code: number): void {
    this.#frame(RST_STREAM, 0, STREAM_ID, u32(code));
  }

  goAway(code: number, lastStreamId = STREAM_ID): void {
    this.#frame(GOAWAY, 0, 0, Buffer.concat([u32(lastStreamId), u32(code)]));
  }

  accept(): void {
    this.#frame(HEADERS, END_HEADERS, STREAM_ID, STATUS_200);
    this.data(EVENT);
  }

  settings(): void {
    this.#frame(SETTINGS, 0, 0);
    this.#frame(SETTINGS, ACK, 0);
  }

  #frame(type: number, flags: number, streamId: number, payload: Uint8Array = Buffer.alloc(0)) {
    const header = Buffer.alloc(FRAME_HEADER_BYTES);
    header.writeUIntBE(payload.length, 0, 3);
    header[3] = type;
    header[4] = flags;
    header.writeUInt32BE(streamId, 5);
    this.socket.write(Buffer.concat([header, payload]));
  }
}

export interface RawServer {
  readonly url: string;
  /** Connections that are still open. */
  open(): number;
  close(): Promise<void>;
}

/**
 * HTTP/2 without TLS, just enough of it to send what no library would: it accepts the one request
 * of each connection and calls `onAudio` at the client's first frame of data, `onEnd` at its
 * END_STREAM.
 */
export async function rawServer(script: {
  readonly onAudio?: (connection: RawConnection) => void;
  readonly onEnd?: (connection: RawConnection) => void;
}): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    const connection = new RawConnection(socket);
    let heard = false;
    onFrames(socket, (type, flags) => {
      if (type === SETTINGS && (flags & ACK) === 0) connection.settings();
      if (type === HEADERS) connection.accept();
      if (type !== DATA) return;
      if (!heard) script.onAudio?.(connection);
      heard = true;
      if ((flags & END_STREAM) !== 0) script.onEnd?.(connection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function onFrames(socket: Socket, take: (type: number, flags: number) => void): void {
  let bytes = Buffer.alloc(0);
  let at = PREFACE_BYTES;
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    while (bytes.length >= at + FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length < at + FRAME_HEADER_BYTES + length) return;
      take(bytes.readUInt8(at + 3), bytes.readUInt8(at + 4));
      at += FRAME_HEADER_BYTES + length;
    }
  });
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

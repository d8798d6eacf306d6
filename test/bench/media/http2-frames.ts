/** Types, flags and settings of RFC 9113 that a server of long streams needs. */
export const FRAME = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const;
export const SETTING = { initialWindowSize: 4, maxFrameSize: 5 } as const;
export const FRAME_HEADER_BYTES = 9;
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const DEFAULT_WINDOW_BYTES = 65_535;
/** The largest that there is: clients never wait, and hardly anything has to be opened again. */
export const LARGEST_WINDOW_BYTES = 2 ** 31 - 1;
/** Neither side announces more. */
export const MAX_FRAME_BYTES = 16_384;

const NO_BYTES = Buffer.alloc(0);
/** HPACK's static table: the only statuses that are needed. */
const STATUS_INDEX: Readonly<Record<number, number>> = { 200: 0x88, 400: 0x8c };
const LITERAL_NEW_NAME = 0x00;

export function encodeFrame(
  type: number,
  flags: number,
  streamId: number,
  ...payload: readonly Buffer[]
): Buffer {
  const length = payload.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUIntBE(length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return payload.length === 0 ? header : Buffer.concat([header, ...payload]);
}

export function encodeSettings(settings: Readonly<Record<number, number>>): Buffer {
  const entries = Object.entries(settings).map(([id, value]) => {
    const entry = Buffer.allocUnsafe(6);
    entry.writeUInt16BE(Number(id), 0);
    entry.writeUInt32BE(value, 2);
    return entry;
  });
  return encodeFrame(FRAME.settings, 0, 0, ...entries);
}

export function encodeWindowUpdate(streamId: number, bytes: number): Buffer {
  const increment = Buffer.allocUnsafe(4);
  increment.writeUInt32BE(bytes, 0);
  return encodeFrame(FRAME.windowUpdate, 0, streamId, increment);
}

/** A response's headers, uncompressed; names and values are shorter than 127 bytes. */
export function encodeResponse(
  streamId: number,
  status: 200 | 400,
  headers: Readonly<Record<string, string>>,
): Buffer {
  const fields = Object.entries(headers).flatMap(([name, value]) => [
    Buffer.from([LITERAL_NEW_NAME, name.length]),
    Buffer.from(name, 'latin1'),
    Buffer.from([value.length]),
    Buffer.from(value, 'latin1'),
  ]);
  const first = Buffer.from([STATUS_INDEX[status] ?? 0]);
  return encodeFrame(FRAME.headers, FLAG.endHeaders, streamId, first, ...fields);
}

export function encodeEndOfStream(streamId: number): Buffer {
  return encodeFrame(FRAME.data, FLAG.endStream, streamId, NO_BYTES);
}

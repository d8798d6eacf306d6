import { crc32 } from 'node:zlib';

/*
 * vnd.amazon.eventstream (PROTOCOLS C5): total length, headers length, CRC of those eight bytes,
 * headers, payload, CRC of everything before. Big-endian throughout.
 */
export const PRELUDE_BYTES = 12;
export const CRC_BYTES = 4;
export const OVERHEAD_BYTES = PRELUDE_BYTES + CRC_BYTES;

/** Header value types that this client writes. */
const BINARY = 6;
const STRING = 7;

/** Writes both lengths and the checksum over them. */
export function writePrelude(
  message: Buffer,
  at: number,
  totalBytes: number,
  headersBytes: number,
) {
  message.writeUInt32BE(totalBytes, at);
  message.writeUInt32BE(headersBytes, at + 4);
  message.writeUInt32BE(crc32(message.subarray(at, at + 8)), at + 8);
}

/** Encodes headers whose values are strings. */
export function stringHeaders(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([headerName(name, STRING), lengthPrefixed(Buffer.from(value))]),
    ),
  );
}

/** The header up to where `valueBytes` bytes of value follow. */
export function binaryHeaderStart(name: string, valueBytes: number): Buffer {
  return Buffer.concat([headerName(name, BINARY), u16(valueBytes)]);
}

export function headerName(name: string, type: number): Buffer {
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name, 'latin1'), Buffer.of(type)]);
}

function lengthPrefixed(value: Buffer): Buffer {
  return Buffer.concat([u16(value.length), value]);
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

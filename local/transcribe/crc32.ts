import * as zlib from 'node:zlib';

/** The polynomial of ISO 3309, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** Older releases of Node 20 and 22 have no `zlib.crc32`. */
const native = (zlib as { crc32?: (bytes: Uint8Array) => number }).crc32;

export function crc32(bytes: Uint8Array): number {
  return native ? native(bytes) : crc32ByTable(bytes);
}

let table: Uint32Array | undefined;

/** The same without the native function; exported for its test. */
export function crc32ByTable(bytes: Uint8Array): number {
  table ??= createTable();
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let entry = index;
    for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? (entry >>> 1) ^ POLYNOMIAL : entry >>> 1;
    return entry;
  });
}

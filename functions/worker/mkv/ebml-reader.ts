/** What `readSize` returns for the "unknown size" vint (all value bits set). */
export const UNKNOWN_SIZE = -1;

/** The longest ids and sizes of EBML as Matroska uses it (RFC 8794, section 11.2.4 and .5). */
export const MAX_ID_OCTETS = 4;
export const MAX_SIZE_OCTETS = 8;

/** Octets of the vint that starts with `first`: 1 to 8, or 9 when `first` is 0 (not a vint). */
export function vintOctets(first: number): number {
  return Math.clz32(first) - 23;
}

/** The id of `octets` octets (1 to 4) at `at`, length marker included. */
export function readId(bytes: Uint8Array, at: number, octets: number): number {
  let id = bytes[at]!;
  for (let index = 1; index < octets; index += 1) id = id * 256 + bytes[at + index]!;
  return id;
}

/**
 * The size vint of `octets` octets (1 to 8) at `at`, or `UNKNOWN_SIZE`. Beyond 2^53 the number
 * is rounded, which is good enough for refusing it.
 */
export function readSize(bytes: Uint8Array, at: number, octets: number): number {
  const mask = 0xff >> octets;
  let value = bytes[at]! & mask;
  let allOnes = value === mask;
  for (let index = 1; index < octets; index += 1) {
    const octet = bytes[at + index]!;
    value = value * 256 + octet;
    allOnes = allOnes && octet === 0xff;
  }
  return allOnes ? UNKNOWN_SIZE : value;
}

/** A big-endian unsigned integer of 0 to 8 octets (none means 0); NaN when it is longer. */
export function readUnsigned(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 8) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 256 + bytes[at]!;
  return value;
}

/** A big-endian IEEE float of 4 or 8 octets (none means 0); NaN for any other length. */
export function readFloat(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  if (view.byteLength === 4) return view.getFloat32(0);
  if (view.byteLength === 8) return view.getFloat64(0);
  return view.byteLength === 0 ? 0 : Number.NaN;
}

/**
 * UTF-8 text up to the first NUL: EBML allows zero padding, and some producers pad. Bad UTF-8
 * becomes U+FFFD.
 */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  let length = 0;
  while (start + length < end && bytes[start + length] !== 0) length += 1;
  // Not TextDecoder, which takes twice as long for a tag and would drop a byte order mark.
  return asBuffer(bytes).toString('utf8', start, start + length);
}

/** The same bytes as a Buffer, which the pieces of a body mostly are already. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Bytes [start, end) in memory of their own: what is pushed may be overwritten by the next read. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  // Not `slice`, which for a Buffer gives a view.
  return new Uint8Array(bytes.subarray(start, end));
}

/**
 * Walks the children of a master element that lies whole in `bytes`. After `next()` returned
 * true, `id`, `start` and `end` describe one child's body; when it returned false, `malformed`
 * tells a damaged child from the regular end.
 */
export class ElementCursor {
  id = 0;
  start: number;
  end: number;
  malformed = false;

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    private readonly parentEnd: number,
  ) {
    this.start = start;
    this.end = start;
  }

  next(): boolean {
    const { bytes, parentEnd } = this;
    const at = this.end;
    if (at >= parentEnd) return false;
    const idOctets = vintOctets(bytes[at]!);
    const sizeAt = at + idOctets;
    if (idOctets > MAX_ID_OCTETS || sizeAt >= parentEnd) return this.stop();
    const sizeOctets = vintOctets(bytes[sizeAt]!);
    const start = sizeAt + sizeOctets;
    if (sizeOctets > MAX_SIZE_OCTETS || start > parentEnd) return this.stop();
    const size = readSize(bytes, sizeAt, sizeOctets);
    // Inside the elements that are read this way no child may have an unknown size.
    if (size === UNKNOWN_SIZE || start + size > parentEnd) return this.stop();
    this.id = readId(bytes, at, idOctets);
    this.start = start;
    this.end = start + size;
    return true;
  }

  private stop(): false {
    this.malformed = true;
    return false;
  }
}

/** An EBML size (vint) has 1 to 8 octets (RFC 8794, section 4). */
const MAX_VINT_LENGTH = 8;

const textEncoder = new TextEncoder();

/** Joins parts into one array; the result shares no memory with them. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** The id's octets as they stand in the file, marker included. */
export function encodeId(id: number): Uint8Array {
  return encodeUnsigned(id);
}

/** Big-endian without leading zero octets; 0 is one octet. `value` is a safe integer >= 0. */
export function encodeUnsigned(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`value must be a safe integer >= 0, not ${value}`);
  }
  const octets: number[] = [];
  for (let rest = value; octets.length === 0 || rest > 0; rest = Math.floor(rest / 256)) {
    octets.unshift(rest % 256);
  }
  return Uint8Array.from(octets);
}

/**
 * A known size as a vint of `length` octets, or of the fewest that hold it. The value of all
 * ones is never used: it means "unknown".
 */
export function encodeSize(size: number, length?: number): Uint8Array {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`size must be a safe integer >= 0, not ${size}`);
  }
  let octets = length ?? 1;
  while (length === undefined && size >= 2 ** (7 * octets) - 1) octets += 1;
  assertVintLength(octets);
  if (size >= 2 ** (7 * octets) - 1) {
    throw new RangeError(`size ${size} does not fit a vint of ${octets} octets`);
  }
  const encoded = new Uint8Array(octets);
  let rest = size;
  for (let index = octets - 1; index >= 0; index -= 1) {
    encoded[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  encoded[0] = (encoded[0] ?? 0) | (0x80 >> (octets - 1));
  return encoded;
}

/** The "unknown size" vint of `length` octets: marker and all ones. */
export function encodeUnknownSize(length = MAX_VINT_LENGTH): Uint8Array {
  assertVintLength(length);
  const encoded = new Uint8Array(length).fill(0xff);
  encoded[0] = 0xff >> (length - 1);
  return encoded;
}

/** Id, size and body of one element of known size. */
export function encodeElement(id: number, body: Uint8Array, sizeLength?: number): Uint8Array {
  return concatBytes([encodeId(id), encodeSize(body.length, sizeLength), body]);
}

/** A master element of known size around its children. */
export function encodeMaster(id: number, children: readonly Uint8Array[]): Uint8Array {
  return encodeElement(id, concatBytes(children));
}

export function encodeUnsignedElement(id: number, value: number): Uint8Array {
  return encodeElement(id, encodeUnsigned(value));
}

export function encodeTextElement(id: number, text: string): Uint8Array {
  return encodeElement(id, textEncoder.encode(text));
}

/** An 8-octet IEEE float, as Matroska's SamplingFrequency is mostly written. */
export function encodeFloatElement(id: number, value: number): Uint8Array {
  const body = new Uint8Array(8);
  new DataView(body.buffer).setFloat64(0, value);
  return encodeElement(id, body);
}

function assertVintLength(length: number): void {
  if (!Number.isInteger(length) || length < 1 || length > MAX_VINT_LENGTH) {
    throw new RangeError(`a vint has 1 to ${MAX_VINT_LENGTH} octets, not ${length}`);
  }
}

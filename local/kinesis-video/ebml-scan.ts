import { ElementId } from '../../functions/worker/mkv/element-ids';
import { PutMediaError } from './media-errors';

/** Size of an element that says it does not know (RFC 8794, section 6.2). */
export const UNKNOWN_SIZE = -1;
const MAX_ID_OCTETS = 4;

/** An element's id, its body's size in bytes, and how many bytes those two took. */
export interface ElementHead {
  id: number;
  size: number;
  length: number;
}

/** Fills `head` without allocating; `incomplete` when the input ends before it does. */
export function readElementHead(
  input: Uint8Array,
  position: number,
  head: ElementHead,
): 'ok' | 'incomplete' | 'malformed' {
  if (position >= input.length) return 'incomplete';
  const idLength = octetsOf(input[position] ?? 0);
  if (idLength > MAX_ID_OCTETS) return 'malformed';
  const sizeAt = position + idLength;
  if (sizeAt >= input.length) return 'incomplete';
  const sizeLength = octetsOf(input[sizeAt] ?? 0);
  if (sizeLength > 8) return 'malformed';
  if (sizeAt + sizeLength > input.length) return 'incomplete';
  let id = 0;
  for (let index = position; index < sizeAt; index += 1) id = id * 256 + (input[index] ?? 0);
  let size = (input[sizeAt] ?? 0) & (0xff >> sizeLength);
  let allOnes = size === 0xff >> sizeLength;
  for (let index = sizeAt + 1; index < sizeAt + sizeLength; index += 1) {
    const octet = input[index] ?? 0;
    allOnes &&= octet === 0xff;
    size = size * 256 + octet;
  }
  if (!allOnes && !Number.isSafeInteger(size)) return 'malformed';
  head.id = id;
  head.size = allOnes ? UNKNOWN_SIZE : size;
  head.length = idLength + sizeLength;
  return 'ok';
}

/** The body of the first child with this id among whole elements of known size. */
export function findChild(body: Uint8Array, id: number): Uint8Array | undefined {
  return eachChild(body, (childId, childBody) => (childId === id ? childBody : undefined));
}

/** Big-endian, up to the safe integers. */
export function readUnsigned(body: Uint8Array): number {
  let value = 0;
  for (const octet of body) value = value * 256 + octet;
  if (!Number.isSafeInteger(value)) throw new PutMediaError(4006);
  return value;
}

/** The TrackNumbers in the body of a Tracks element. */
export function readTrackNumbers(tracks: Uint8Array): number[] {
  const numbers: number[] = [];
  eachChild(tracks, (id, entry) => {
    if (id !== ElementId.TrackEntry) return undefined;
    const number = findChild(entry, ElementId.TrackNumber);
    if (number === undefined) throw new PutMediaError(4006);
    numbers.push(readUnsigned(number));
    return undefined;
  });
  return numbers;
}

/** Names and values of the SimpleTags in one whole Tags element. */
export function readTags(element: Uint8Array): { name: string; value: string }[] {
  const found: { name: string; value: string }[] = [];
  const text = new TextDecoder();
  const walk = (body: Uint8Array): undefined =>
    eachChild(body, (id, child) => {
      if (id === ElementId.Tags || id === ElementId.Tag) walk(child);
      if (id === ElementId.SimpleTag) {
        const name = findChild(child, ElementId.TagName) ?? new Uint8Array();
        const value = findChild(child, ElementId.TagString) ?? new Uint8Array();
        found.push({ name: text.decode(name), value: text.decode(value) });
      }
      return undefined;
    });
  walk(element);
  return found;
}

/** Visits children until one gives a result; throws 4006 when they do not fill the body. */
function eachChild<Result>(
  body: Uint8Array,
  visit: (id: number, body: Uint8Array) => Result | undefined,
): Result | undefined {
  const head: ElementHead = { id: 0, size: 0, length: 0 };
  let position = 0;
  while (position < body.length) {
    const start = position;
    if (readElementHead(body, start, head) !== 'ok') throw new PutMediaError(4006);
    position = start + head.length + head.size;
    if (head.size === UNKNOWN_SIZE || position > body.length) throw new PutMediaError(4006);
    const result = visit(head.id, body.subarray(start + head.length, position));
    if (result !== undefined) return result;
  }
  return undefined;
}

function octetsOf(first: number): number {
  return Math.clz32(first) - 23;
}

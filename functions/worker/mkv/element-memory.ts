import { copyOf } from './ebml-reader';

const NOTHING = new Uint8Array(0);
/** Info and Tracks of real streams are below 1 KB; longer ones are read each time. */
const MAX_ELEMENT_BYTES = 2_048;

/**
 * What one element said when it was last read: the documents of a stream repeat their heads octet
 * for octet, and comparing is a small part of reading. Holds `MAX_ELEMENT_BYTES`.
 */
export class ElementMemory<T> {
  #bytes: Uint8Array = NOTHING;
  #value: T | undefined;

  /** What was last noted, if [start, end) of `bytes` has just the octets that it came from. */
  recall(bytes: Uint8Array, start: number, end: number): T | undefined {
    const known = this.#bytes;
    if (end - start !== known.length) return undefined;
    for (let index = 0; index < known.length; index += 1) {
      if (bytes[start + index] !== known[index]) return undefined;
    }
    return this.#value;
  }

  /** Notes `value`, which must be what [start, end) of `bytes` says whatever stands around it. */
  note(bytes: Uint8Array, start: number, end: number, value: T): void {
    if (end - start > MAX_ELEMENT_BYTES) return;
    this.#bytes = copyOf(bytes, start, end);
    this.#value = value;
  }
}

import { readText } from './ebml-reader';

interface KnownText {
  readonly octets: Uint8Array;
  readonly text: string;
}

/** Texts that are expected, so that they are not made anew each time they are read. */
export class KnownTexts {
  /** By their length in octets. */
  readonly #byLength: KnownText[][] = [];

  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const octets = new TextEncoder().encode(text);
      (this.#byLength[octets.length] ??= []).push({ octets, text });
    }
  }

  /** As `readText`. */
  read(bytes: Uint8Array, start: number, end: number): string {
    const candidates = this.#byLength[end - start];
    if (candidates !== undefined) {
      for (const { octets, text } of candidates) if (stands(octets, bytes, start)) return text;
    }
    return readText(bytes, start, end);
  }
}

/** From the end, where texts of one kind differ. */
function stands(octets: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = octets.length - 1; at >= 0; at -= 1) {
    if (octets[at] !== bytes[start + at]) return false;
  }
  return true;
}

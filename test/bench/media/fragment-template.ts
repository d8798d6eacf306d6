import { concatBytes } from '../../../local/mkv/ebml-encoding';
import { encodeTrail } from '../../../local/kinesis-video/fragment-trail';
import { TAG_PREFIX, formatSeconds } from '../../../local/kinesis-video/stored-fragment';
import { encodeClusterStart, encodeHeader, encodeTags } from '../../../local/mkv/writer';
import { callIdOf } from './call-names';
import { FRAGMENT_MS, TRACKS } from './pieces';

/** The tag by which Connect names the call (PROTOCOLS A3). */
export const GUARD_TAG = 'ContactId';
/** Parts of a fragment number (47 digits, as AWS's today) that matter here. */
const SEQUENCE_DIGITS = 10;
const NUMBER_BEFORE = '91343852333181432392682062600000';
const NUMBER_AFTER = '00000';
/** Stands where a fragment's own values go; every value has one length. */
const SAMPLE = { number: numberOf(1), timeMs: 1_750_000_000_123, index: 999_999 };

/** Fragment numbers rise by one, alike in all streams: nobody may rely on more than that they rise. */
export function numberOf(fragment: number): string {
  return NUMBER_BEFORE + String(fragment + 1).padStart(SEQUENCE_DIGITS, '0') + NUMBER_AFTER;
}

/** The fragment that a number names; undefined: none of ours. */
export function fragmentOf(number: string): number | undefined {
  if (number.length !== SAMPLE.number.length || !number.startsWith(NUMBER_BEFORE)) return undefined;
  return Number(number.slice(NUMBER_BEFORE.length, -NUMBER_AFTER.length)) - 1;
}

/**
 * What surrounds a fragment's blocks, as GetMedia sends it: encoded once, then a copy with the
 * call's and the fragment's values put in. Encoding it thousands of times a second would cost the
 * stand-ins a good part of their core.
 */
export class FragmentTemplate {
  readonly #lead = Buffer.from(encodeLead());
  readonly #trail = Buffer.from(encodeTrail([], 0, SAMPLE.number));
  readonly #idAt = positions(this.#lead, callIdOf(SAMPLE.index));
  readonly #numberAt = positions(this.#lead, SAMPLE.number);
  readonly #timeAt = positions(this.#lead, formatSeconds(SAMPLE.timeMs));
  readonly #clusterTimeAt = this.#lead.length - 6;
  readonly #trailNumberAt = positions(this.#trail, SAMPLE.number);

  /** Header, tags and cluster start of a fragment whose call began at `startMs` (epoch). */
  lead(callId: string, fragment: number, startMs: number): Buffer {
    const bytes = Buffer.from(this.#lead);
    const timeMs = startMs + fragment * FRAGMENT_MS;
    for (const at of this.#idAt) bytes.write(callId, at, 'latin1');
    for (const at of this.#numberAt) bytes.write(numberOf(fragment), at, 'latin1');
    for (const at of this.#timeAt) bytes.write(formatSeconds(timeMs), at, 'latin1');
    bytes.writeUIntBE(timeMs, this.#clusterTimeAt, 6);
    return bytes;
  }

  /** What follows a fragment's cluster. */
  trail(fragment: number): Buffer {
    const bytes = Buffer.from(this.#trail);
    for (const at of this.#trailNumberAt) bytes.write(numberOf(fragment), at, 'latin1');
    return bytes;
  }
}

function encodeLead(): Uint8Array {
  const time = formatSeconds(SAMPLE.timeMs);
  return concatBytes([
    encodeHeader(TRACKS),
    encodeTags([{ name: GUARD_TAG, value: callIdOf(SAMPLE.index) }]),
    encodeTags([
      { name: `${TAG_PREFIX}FRAGMENT_NUMBER`, value: SAMPLE.number },
      { name: `${TAG_PREFIX}SERVER_TIMESTAMP`, value: time },
      { name: `${TAG_PREFIX}PRODUCER_TIMESTAMP`, value: time },
    ]),
    encodeClusterStart(SAMPLE.timeMs),
  ]);
}

function positions(bytes: Buffer, text: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) found.push(at);
  return found;
}

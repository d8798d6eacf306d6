import { FragmentAssembler } from '../../../functions/worker/fragments/assembler';
import type { FragmentEvent } from '../../../functions/worker/fragments/fragment';
import { encodeHeader } from '../../../local/mkv/writer';
import { CONNECT_TRACK_SPECS, joinBytes, numberOf } from '../../support/mkv-builder';

export const HEADER = encodeHeader(CONNECT_TRACK_SPECS);
/** Of a fragment that is built with no options. */
export const METADATA = {
  fragmentNumber: numberOf(1),
  serverTimestampMs: 1_700_000_000_500,
  producerTimestampMs: 1_700_000_000_250,
};
export const PAYLOAD = Uint8Array.of(9, 9);

/** All events of a body that comes in one read. */
export function assemble(...parts: Uint8Array[]): FragmentEvent[] {
  const assembler = new FragmentAssembler();
  return [...assembler.push(joinBytes(parts)), ...assembler.end()];
}

export const typesOf = (events: readonly FragmentEvent[]): string[] =>
  events.map(({ type }) => type);

export const ofType = <T extends FragmentEvent['type']>(
  events: readonly FragmentEvent[],
  type: T,
): Extract<FragmentEvent, { type: T }>[] =>
  events.filter((event): event is Extract<FragmentEvent, { type: T }> => event.type === type);

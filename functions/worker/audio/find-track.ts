import { CONNECT_TRACKS, type Leg } from '../../../shared/call';
import type { AudioTrack } from '../fragments/fragment';

/** Older Connect streams name the customer's track so (PROTOCOLS A3). */
const LEGACY_CUSTOMER_TRACK = 'Track_audio/L16';

/**
 * The leg's track of a fragment, by name; without a name the only track there is. Numbers are
 * not promised to stay, so every fragment is asked.
 */
export function findTrack(
  leg: Leg,
  tracks: ReadonlyMap<number, AudioTrack>,
): AudioTrack | undefined {
  const all = [...tracks.values()];
  if (leg.track === undefined) return all.length === 1 ? all[0] : undefined;
  const named = all.find((track) => track.name === leg.track);
  if (named !== undefined || leg.track !== CONNECT_TRACKS.caller) return named;
  return all.find((track) => track.name === LEGACY_CUSTOMER_TRACK);
}

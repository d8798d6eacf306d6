import type { Channel, Leg } from '../../shared/call';
import { startKey } from './call-state';
import type { CallState } from './call-state';
import { badInput } from './read-input';
import type { LegTrigger } from './trigger';

export interface JoinedLeg {
  /** The call with the leg in it. */
  readonly state: CallState;
  /** Its streaming has begun, for the first time or anew. */
  readonly isNew: boolean;
}

/**
 * Adds a leg to a call's, or finds it there. Each stream is one leg and each leg has a channel of
 * its own: where two legs claim one, the later gets the other, since a leg under the wrong name
 * is better than a leg that nobody hears. A leg that has ended gives its channel up. Throws
 * `bad-request` for a third leg.
 */
export function joinLeg(before: CallState, trigger: LegTrigger): JoinedLeg {
  const { leg } = trigger;
  const { legs } = before;
  const known = legs.find(({ streamArn }) => streamArn === leg.streamArn);
  if (known !== undefined && !beginsAnew(before, leg)) {
    return { state: withEnd(before, known, trigger.endTime), isNew: false };
  }
  const channel = known?.channel ?? freeChannel(before, trigger);
  const joined: Leg = { channel, ...leg };
  const replaced = legs.find((each) => each.channel === channel);
  const state: CallState = {
    ...before,
    legs: [...legs.filter((each) => each !== replaced), joined],
    ...(replaced === undefined ? {} : withoutEnds(before, replaced, leg.startTime)),
  };
  return { state: withEnd(state, joined, trigger.endTime), isNew: true };
}

/** True for a start of a known stream after its end; any other is an event that came late. */
function beginsAnew({ starts, legEnds, failTimes }: CallState, leg: LegTrigger['leg']): boolean {
  const { streamArn, startTime } = leg;
  if (startTime === undefined || starts.includes(startKey(leg))) return false;
  const ended = [legEnds[streamArn], ...failTimes].filter((time) => time !== undefined);
  return ended.length > 0 && ended.every((time) => time < startTime);
}

/** The end of an earlier stretch says nothing about one that has begun since. */
function withEnd(state: CallState, leg: Leg, endTime: string | undefined): CallState {
  if (endTime === undefined || (leg.startTime ?? '') > endTime) return state;
  return { ...state, legEnds: { ...state.legEnds, [leg.streamArn]: endTime } };
}

/** What the ends are once `leg` has given way to one that began at `startTime`. */
function withoutEnds(
  { legEnds, failTimes }: CallState,
  leg: Leg,
  startTime = '',
): Pick<CallState, 'legEnds' | 'failTimes'> {
  const { [leg.streamArn]: _over, ...others } = legEnds;
  return { legEnds: others, failTimes: failTimes.filter((time) => time > startTime) };
}

function freeChannel({ legs, legEnds, failTimes }: CallState, trigger: LegTrigger): Channel {
  const wanted = trigger.channel ?? trigger.guess;
  const both: Channel[] = wanted === 'caller' ? ['caller', 'agent'] : ['agent', 'caller'];
  const holder = (channel: Channel) => legs.find((leg) => leg.channel === channel);
  const isOver = (channel: Channel) =>
    failTimes.length > 0 || legEnds[holder(channel)?.streamArn ?? ''] !== undefined;
  const free = both.find((channel) => holder(channel) === undefined) ?? both.find(isOver);
  if (free === undefined) {
    throw badInput('Chime streaming status', 'both legs of the call are known, this is a third');
  }
  return free;
}

import type { OpenMedia } from '../../functions/worker/call-sources';
import type { Channel, Leg } from '../../shared/call';
import { numberOf } from '../support/mkv-builder';
import { STREAM_ARN, goldenCall, mediaOf, type GoldenCall } from './fake-edges';
import { at } from './spoken';
import type { SpokenWord } from './value-session';

/** A stream with one party only, and the leg that names it. */
export interface OwnStream extends Pick<GoldenCall, 'fragments'> {
  readonly leg: Leg;
}

export interface OwnStreamSpec {
  readonly callId: string;
  readonly channel: Channel;
  readonly words: readonly SpokenWord[];
  readonly toSecond: number;
  /** Of the call; default its start. */
  readonly fromSecond?: number;
  /** Default the channel's. */
  readonly name?: string;
}

export function ownStream(spec: OwnStreamSpec): OwnStream {
  const { callId, channel, words, toSecond, fromSecond = 0, name = channel } = spec;
  const { fragments } = goldenCall(callId, toSecond, { [channel]: words });
  return {
    leg: {
      channel,
      streamArn: STREAM_ARN.replace('callscribe-story', name),
      startFragmentNumber: numberOf(fromSecond + 1),
      startTime: at(fromSecond * 1000),
    },
    fragments: fragments.slice(fromSecond),
  };
}

/** GetMedia of these streams and of no others. */
export function mediaOfAll(streams: readonly OwnStream[]): OpenMedia {
  return (streamArn, position, signal) => {
    const stream = streams.find(({ leg }) => leg.streamArn === streamArn);
    if (stream === undefined) throw new Error('no such stream');
    return mediaOf(stream)(streamArn, position, signal);
  };
}

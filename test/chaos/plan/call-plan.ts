import type { Channel } from '../../../shared/call';
import type { TrueSymbol } from '../../../local/dtmf/dtmf';

/** All positions are milliseconds of the call's own audio, which is its timeline. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ChannelPlan {
  readonly channel: Channel;
  /** `absent`: the request names the leg, but not a sample of it ever comes. */
  readonly presence: 'heard' | 'absent';
  /** Position of the leg's first sample. */
  readonly startMs: number;
  readonly amplitudeDbfs: number;
  readonly symbols: readonly TrueSymbol[];
}

export type FaultyService = 'kinesis-video' | 'transcribe' | 'dynamodb' | 'event-bridge' | 'sqs';

/** A fault of a stand-in, as its board takes it. */
export interface BoardFault {
  readonly service: FaultyService;
  readonly kind: string;
  readonly times?: number;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** Strikes this call once it has come to `atMs`. */
export interface CallStrike {
  readonly name: string;
  readonly atMs: number;
  readonly fault: BoardFault;
}

/** One call of a run: what is played, what of it gets lost on the way, and what strikes it. */
export interface CallPlan {
  readonly callId: string;
  /** Connect: one stream with a track per party. Chime: a stream per party. */
  readonly style: 'connect' | 'chime';
  /** Seconds of audio played in a second. */
  readonly speed: number;
  readonly fragmentMs: number;
  readonly durationMs: number;
  readonly channels: readonly ChannelPlan[];
  /** Nothing of these stretches ever reaches the streams. */
  readonly breaks: readonly Stretch[];
  /** Fragments that begin in these stretches are in the stream twice, under two numbers. */
  readonly repeats: readonly Stretch[];
  /** From the position on, the producer's clock is behind by so much. */
  readonly clockJump?: { readonly atMs: number; readonly backMs: number };
  /** What another contact says in the same streams right after this call. */
  readonly foreign?: readonly TrueSymbol[];
  /** The streams are deleted at this position; nothing is played after it. */
  readonly deletedAtMs?: number;
  readonly strikes: readonly CallStrike[];
  /** Which hints the request carries; every one of them may be missing in life. */
  readonly hints: {
    readonly guard: boolean;
    readonly startFragmentNumber: boolean;
    readonly startTime: boolean;
    /** Tags of a fragment come after its audio. */
    readonly tagsAfter: boolean;
  };
  /** Names of the kinds that shaped or strike it. */
  readonly kinds: readonly string[];
}

/** Position after which the call has no audio. */
export function playedTo(plan: CallPlan): number {
  return plan.deletedAtMs ?? plan.durationMs;
}

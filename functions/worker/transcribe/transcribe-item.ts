import type { ErrorCode } from '../../../shared/errors';
import type { AudioItem } from '../audio/audio-item';
import type { SessionResult } from './session-result';

export type SessionEnd =
  'call-ended' | 'idle' | 'silence' | 'rollover' | 'failed' | 'stalled' | 'handed-over';

/** Where a session's clock stands on the timeline. */
export interface SessionPlace {
  readonly ordinal: number;
  /** Timeline position of the session's first sample. */
  readonly startSample: number;
  /** Words from here on belong to the next session. Infinity while that is open. */
  readonly ownsTo: number;
}

/** What the sessions deliver, with the timeline's own items in between. */
export type TranscribeItem =
  | Exclude<AudioItem, { type: 'pause' }>
  /** A session's turn begins: nothing before `fromSample` is expected any more. */
  | { readonly type: 'interval'; readonly fromSample: number }
  /** Silence that no session was sent; `sent` in every other respect. */
  | { readonly type: 'suspended'; readonly fromSample: number; readonly toSample: number }
  /** The audio up to here has been sent to the session whose turn it is. */
  | { readonly type: 'sent'; readonly toSample: number }
  | {
      readonly type: 'results';
      readonly place: SessionPlace;
      readonly results: readonly SessionResult[];
    }
  | {
      readonly type: 'session';
      readonly ordinal: number;
      readonly startSample: number;
      readonly endSample: number;
      readonly billedSeconds: number;
      readonly end: SessionEnd;
      readonly code?: ErrorCode;
    }
  /** Everything before `toSample` has been heard to the end. */
  | { readonly type: 'interval-done'; readonly toSample: number };

import type { Clock, Ticker } from '../../../shared/clock';
import type { AudioChunk } from '../audio/chunk-grid';
import type { OpenSession, SessionSettings } from './session';
import type { SilentEnds } from './silent-ends';

export interface ChainOptions {
  /** `sampleRateHz` is known here when a call is resumed, else from the timeline's origin. */
  readonly settings: Omit<SessionSettings, 'sampleRateHz'> & { readonly sampleRateHz?: number };
  readonly openSession: OpenSession;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly random?: () => number;
  readonly signal: AbortSignal;
  /** Marks per channel; they may lag behind what was emitted, and are never ahead of the log. */
  marks(): readonly number[];
  /** Ordinal of the next session of the call. */
  nextOrdinal(): number;
  /** Samples of sound before `toSample` that no result has decided on, all channels together. */
  undecided(toSample: number): number;
  /** The same one for a call whose audio is read again; default: of this chain alone. */
  readonly silentEnds?: SilentEnds;
  mayStart(signal: AbortSignal): Promise<void>;
  /** A session without audio for so long is ended properly (the service allows 15 s). */
  readonly idleEndMs: number;
  /** How much audio the service takes in one session. */
  readonly sessionLimitMs: number;
  /** How far a session's audio may run ahead of the clock. */
  readonly maxLeadMs: number;
  /** A call that is behind the clock has at most so many sessions at once; default 1. */
  readonly catchUpSessions?: number;
  /** Chunks whose peaks stay below this are silent, 0 to 32768. */
  readonly silencePeak: number;
  /** The session is suspended after so much silence on all channels; null: never. */
  readonly suspendAfterMs: number | null;
  /** A chunk has left the window, and what was yielded with it has been worked on. */
  giveBack?(chunk: AudioChunk): void;
  /** The newest chunk there is was handed to a session, and was available then. */
  onSent?(availableMs: number): void;
  /** Monotonic time by which a session must be replaced (its credentials expire); or null. */
  sessionDeadlineMs(): number | null;
}

import type { Clock, Ticker } from '../../../shared/clock';
import type { AudioWindow } from './audio-window';
import type { Refusals } from './refusals';
import type { OpenSession, SessionSettings } from './session';
import type { SilentEnds } from './silent-ends';
import type { StallWatch } from './stall-watch';
import type { TranscribeItem } from './transcribe-item';

/** What the intervals of one call share. */
export interface RunDeps {
  readonly window: AudioWindow;
  readonly openSession: OpenSession;
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly stalls: StallWatch;
  readonly silentEnds: SilentEnds;
  readonly refusals: Refusals;
  readonly silencePeak: number;
  /** How far a session's audio may run ahead of the clock (the service's signing rule, C4). */
  readonly maxLeadMs: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Whether an interval is open that waits for more audio. */
  expectsAudio(): boolean;
  /** Marks per channel, up to date with everything that was emitted and acknowledged. */
  marks(): readonly number[];
  /** Samples of sound before `toSample` that no result has decided on, all channels together. */
  undecided(toSample: number): number;
  nextOrdinal(): number;
  /** The newest chunk there is was handed to a session, and was available then. */
  onSent?(availableMs: number): void;
  /** Waits until the account's start rate allows another session. */
  mayStart(signal: AbortSignal): Promise<void>;
  /** Undefined when there was room for it. */
  emit(item: TranscribeItem): Promise<void> | undefined;
  /** Resolves when everything emitted so far has been written down. */
  settled(): Promise<void>;
}

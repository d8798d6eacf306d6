import type { Clock } from '../../shared/clock';
import { CallscribeError } from '../../shared/errors';
import type { OpenSession } from '../worker/transcribe/session';
import type { ServiceConfig } from './service';

/** How a transcription is run; everything has a default. */
export interface RunOptions extends ServiceConfig {
  /** Ends it at once; reading the events then throws `aborted`. */
  readonly signal?: AbortSignal;
  /** Send audio no faster than it was spoken; for files that someone follows. */
  readonly pace?: boolean;
  /** How long failures in a row may go on before the last one is thrown; 60 s. */
  readonly patienceMs?: number;
  /** Told every failure that another session is going to heal. */
  readonly onRetry?: (reason: CallscribeError) => void;
  /** When the first sample was spoken; when it came, if absent. */
  readonly startTime?: Date;
  /** Length of the pieces that are sent, 20 to 1000; 200. */
  readonly chunkMs?: number;
  /** Without audio for so long the session is ended, and the next audio opens another; 10 s. */
  readonly idleEndMs?: number;
  /** How far audio may be sent ahead of the clock; 30 s. */
  readonly maxLeadMs?: number;
  /** How much audio the service takes in one session; 4 hours. */
  readonly sessionLimitMs?: number;
  /** What counts as silence, in dB below full scale; -60. */
  readonly silenceDbfs?: number;
  /** End the session after so much silence on all channels; sound opens another. Never. */
  readonly suspendSilenceMs?: number | null;
  /** Opens the sessions in the place of Amazon Transcribe. */
  readonly openSession?: OpenSession;
  readonly clock?: Clock;
  readonly random?: () => number;
}

interface Bound {
  readonly min: number;
  readonly max: number;
  readonly byDefault: number;
}

const HOUR_MS = 3_600_000;

const BOUNDS = {
  patienceMs: { min: 0, max: 24 * HOUR_MS, byDefault: 60_000 },
  // The service takes at most a second at once; as the worker sends it. Half of it costs half as
  // much CPU again, for 50 ms less on average until a word is sent.
  chunkMs: { min: 20, max: 1_000, byDefault: 200 },
  // It ends a session after 15 s without audio.
  idleEndMs: { min: 1_000, max: 14_000, byDefault: 10_000 },
  // It refuses frames that wait for five minutes, and must have answered what it was sent within a
  // minute of the end: this is far from both. A stand-in may hear faster than one speaks.
  maxLeadMs: { min: 0, max: HOUR_MS, byDefault: 30_000 },
  sessionLimitMs: { min: 15_000, max: 4 * HOUR_MS, byDefault: 4 * HOUR_MS },
  silenceDbfs: { min: -90, max: -20, byDefault: -60 },
} as const satisfies Partial<Record<keyof RunOptions, Bound>>;

export type CheckedRun = RunOptions & Readonly<Record<keyof typeof BOUNDS, number>>;

/** With defaults in the place of what is absent. Throws `bad-request` naming what is out of bounds. */
export function checkedRun(run: RunOptions): CheckedRun {
  const numbers = Object.fromEntries(
    (Object.keys(BOUNDS) as (keyof typeof BOUNDS)[]).map((name) => [
      name,
      checked(name, run[name]),
    ]),
  ) as Record<keyof typeof BOUNDS, number>;
  return { ...run, ...numbers };
}

function checked(name: keyof typeof BOUNDS, value: number | undefined): number {
  const { min, max, byDefault } = BOUNDS[name];
  const number = value ?? byDefault;
  if (number >= min && number <= max) return number;
  throw new CallscribeError(
    'bad-request',
    `options: ${name} must be from ${min} to ${max}, for example {"${name}":${byDefault}}`,
  );
}

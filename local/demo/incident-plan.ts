import { seededRandom } from '../dtmf/dtmf';
import type { Fault } from '../faults/fault-board';

/**
 * Short enough that a call of 40 s needs a second session. With it a cut is looked for between 12 s
 * and 21 s of a session, so that the first one is over before the worker is killed.
 */
const SESSION_LIMIT_MS = 26_000;
/** The shortest that leaves room for heartbeats; the call is gone on with after about so long. */
const VISIBILITY_TIMEOUT_SECONDS = 6;

/** Positions in the call's audio. A failure comes before the first rollover, the kill after it. */
const FAILURE_AT_MS = { least: 4_000, most: 9_000 };
const KILL_AT_MS = { least: 23_500, most: 28_500 };
/** One that Transcribe reports, and one of the network. */
const FAILURES = ['internal-failure', 'tcp-reset'] as const;

/** What a demo call has to survive. */
export interface IncidentPlan {
  /** Both the worker's idea and the service's. */
  readonly sessionLimitMs: number;
  readonly visibilityTimeoutSeconds: number;
  /** Strikes the first session of the Transcribe stand-in. */
  readonly sessionFault: Fault;
  /** The worker is killed when so much of the call has been played. */
  readonly killAtMs: number;
}

/** The same seed gives the same incidents. */
export function planIncidents(seed: number): IncidentPlan {
  // Not the numbers that the call itself is made of.
  const random = seededRandom(seed ^ 0x5f3759df);
  const between = ({ least, most }: { readonly least: number; readonly most: number }): number =>
    Math.round(least + random() * (most - least));
  const kind = FAILURES[Math.floor(random() * FAILURES.length)] ?? FAILURES[0];
  return {
    sessionLimitMs: SESSION_LIMIT_MS,
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    sessionFault: { kind, settings: { afterMs: between(FAILURE_AT_MS) } },
    killAtMs: between(KILL_AT_MS),
  };
}

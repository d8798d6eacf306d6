import type { ChaosKind } from './kinds';

const row = 'session';
/** Stands for the service's 4 hours: 180 rollovers an hour. */
export const SHORT_SESSION_MS = 20_000;

/**
 * The session is lost without a word that says so: two of them in a row, as a service does that
 * goes down, and later perhaps another.
 */
function unspoken(kind: string): ChaosKind {
  return {
    row,
    strikes: (draft, name) => {
      const atMs = draft.middle();
      const fault = { service: 'transcribe', kind } as const;
      draft.strike(name, { ...fault, times: 2 }, atMs);
      if (draft.random() < 0.3) draft.strike(name, fault);
    },
  };
}

/** A session that is under way meets it, once or twice in a call. */
function inSession(kind: string, settings?: Record<string, number>): ChaosKind {
  return {
    row,
    strikes: (draft, name) => {
      const times = draft.random() < 0.3 ? 2 : 1;
      for (let i = 0; i < times; i++) draft.strike(name, { service: 'transcribe', kind, settings });
    },
  };
}

/** Whoever opens a session meanwhile is refused. */
function refused(kind: string, forMs: number): ChaosKind {
  return { row, window: { service: 'transcribe', kind, forMs } };
}

export const SESSION_KINDS: Readonly<Record<string, ChaosKind>> = {
  'session-limit': { row, needs: { sessionLimitMs: SHORT_SESSION_MS } },
  'session-limit-unannounced': {
    row,
    needs: { sessionLimitMs: SHORT_SESSION_MS, isUnannounced: true },
  },
  'no-silence': {
    row,
    needs: { sessionLimitMs: SHORT_SESSION_MS },
    shape: (draft) => {
      draft.manner = 'continuous';
      draft.quiet.splice(0);
    },
  },
  'internal-failure': inSession('internal-failure'),
  'service-unavailable': inSession('service-unavailable'),
  'limit-exceeded': inSession('limit-exceeded'),
  conflict: inSession('conflict'),
  'bad-request-idle': inSession('bad-request-idle'),
  'bad-request-too-big': inSession('bad-request-too-big'),
  'signature-expired': inSession('signature-expired'),
  'rst-stream': unspoken('rst-stream'),
  fin: unspoken('fin'),
  'tcp-reset': inSession('tcp-reset'),
  goaway: inSession('goaway'),
  'goaway-error': inSession('goaway-error'),
  'truncated-event': inSession('truncated-event'),
  // Once: sound that two sessions in a row keep silent about is passed over, and told of (DESIGN 3).
  stall: {
    row,
    strikes: (draft, name) => draft.strike(name, { service: 'transcribe', kind: 'stall' }),
  },
  'results-late': inSession('results-late', { delayMs: 8_000 }),
  'first-event-late': {
    row,
    window: {
      service: 'transcribe',
      kind: 'first-event-late',
      forMs: 4_000,
      settings: { delayMs: 12_000 },
    },
  },
  'refuse-internal-failure': refused('refuse-internal-failure', 3_000),
  'refuse-service-unavailable': refused('refuse-service-unavailable', 3_000),
  'refuse-limit-exceeded': refused('refuse-limit-exceeded', 3_000),
  'refuse-limit-exceeded-60s': refused('refuse-limit-exceeded', 60_000),
  'refuse-conflict': refused('refuse-conflict', 3_000),
  'credentials-rotated': {
    row,
    needs: { rotatesCredentials: true },
    window: { service: 'transcribe', kind: 'credentials-rotated', forMs: 2_000 },
  },
};

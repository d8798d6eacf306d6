import type { CallRecord } from '../../../shared/record';
import type { StrikeLedger } from './strike-ledger';

/** A stretch of the run during which sessions were refused; epoch milliseconds. */
export interface RefusalWindow {
  readonly name: string;
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Records are written a moment after what they tell of. */
const LATER_MS = 3_000;
/** A session that came so near to its limit was ended by it. */
const LIMIT_SHARE = 0.95;

const CODE_BY_REFUSAL: Readonly<Record<string, string>> = {
  'refuse-internal-failure': 'session-failed',
  'refuse-service-unavailable': 'session-failed',
  'refuse-conflict': 'session-failed',
  'refuse-limit-exceeded': 'quota-exceeded',
  'credentials-rotated': 'access-denied',
};

/** Strikes that only a call's own log tells of. */
export function noteStrikesInLog(
  callId: string,
  records: readonly CallRecord[],
  windows: readonly RefusalWindow[],
  sessionLimitMs: number | undefined,
  ledger: StrikeLedger,
): void {
  for (const { fact, at, writer } of records) {
    if (writer === 'competitor') continue;
    if (fact.type !== 'session') continue;
    const lengthMs = fact.endMs - fact.startMs;
    if (fact.end === 'rollover') ledger.strike('session-limit', callId);
    if (fact.end !== 'failed') continue;
    if (sessionLimitMs !== undefined && lengthMs >= sessionLimitMs * LIMIT_SHARE) {
      ledger.strike('session-limit-unannounced', callId);
      continue;
    }
    const atMs = Date.parse(at);
    const window = windows.find(
      ({ kind, fromMs, toMs }) =>
        CODE_BY_REFUSAL[kind] === fact.code && atMs >= fromMs && atMs <= toMs + LATER_MS,
    );
    if (window !== undefined) ledger.strike(window.name, callId);
  }
}

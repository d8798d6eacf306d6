import type { CallRecord } from '../../../shared/record';
import type { StrikeLedger } from './strike-ledger';

/** A session that came so near to its limit was ended by it. */
const LIMIT_SHARE = 0.95;

/** Strikes that only a call's own log tells of. */
export function noteStrikesInLog(
  callId: string,
  records: readonly CallRecord[],
  sessionLimitMs: number | undefined,
  ledger: StrikeLedger,
): void {
  for (const { fact } of records) {
    if (fact.type !== 'session') continue;
    const isAtLimit = fact.endMs - fact.startMs >= (sessionLimitMs ?? Infinity) * LIMIT_SHARE;
    if (fact.end === 'rollover') ledger.strike('session-limit', callId);
    if (fact.end === 'failed' && isAtLimit) ledger.strike('session-limit-unannounced', callId);
  }
}

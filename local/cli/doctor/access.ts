import { failed, failedBy, ok, warning, type Finding, type Result } from './finding';
import type { Credentials, Patient } from './patient';
import type { Answer } from './probe';

/** Credentials that end sooner than this are about to. */
const SOON_MS = 15 * 60_000;
/** Signatures count for five minutes either way (PROTOCOLS C4, D). */
const SIGNATURE_LIFE_MS = 5 * 60_000;
/** A clock that is synchronised is never so far off. */
const WORRYING_MS = 30_000;
/** A `Date` header has whole seconds: half of one is lost on average. */
const HALF_A_SECOND_MS = 500;

export async function checkRegion(patient: Patient): Promise<Result> {
  return ok(await patient.region());
}

export async function checkCredentials(patient: Patient): Promise<Result> {
  const credentials = await patient.credentials();
  const found = `found, key ${masked(credentials)}`;
  const { expiration } = credentials;
  if (expiration === undefined) return ok(found);
  const leftMs = expiration.getTime() - patient.nowMs();
  if (leftMs <= 0) {
    return { ...failedBy(expired(), 'dynamodb'), found: `${found}, expired` };
  }
  const until = `${found}, until ${expiration.toISOString()}`;
  return leftMs > SOON_MS
    ? ok(until)
    : warning(until, 'they end soon: log in again unless a role renews them by itself');
}

/** Whether the services took the credentials, from what they answered to signed requests. */
export function checkAcceptance(findings: readonly Finding[]): Result {
  const REFUSED = ['unknown-key', 'wrong-secret', 'expired-credentials', 'unsigned-request'];
  const refused = findings.find(({ failure }) => REFUSED.includes(failure ?? ''));
  if (refused !== undefined) {
    const { found, cause, cure, failure } = refused;
    return { status: 'failed', found, cause, cure, failure };
  }
  const accepted = findings.filter(({ status }) => status === 'ok' || status === 'warning');
  return accepted.length > 0
    ? ok(`accepted by ${accepted.length} of ${findings.length} signed requests`)
    : { status: 'skipped', found: 'no signed request was answered' };
}

/** This machine's clock against those of all services that say what time it is. */
export function checkClock(answers: readonly Answer[]): Result {
  const offsets = answers
    .flatMap(({ dateMs, atMs, tookMs }) =>
      dateMs === undefined ? [] : [atMs - tookMs / 2 - (dateMs + HALF_A_SECOND_MS)],
    )
    .sort((a, b) => a - b);
  const offsetMs = offsets[Math.floor(offsets.length / 2)];
  if (offsetMs === undefined)
    return { status: 'skipped', found: 'no service says what time it is' };
  const aheadOrBehind = offsetMs >= 0 ? 'ahead of' : 'behind';
  const found = `${(Math.abs(offsetMs) / 1000).toFixed(1)} s ${aheadOrBehind} ${offsets.length} services`;
  const cure = 'synchronise the clock (chrony or systemd-timesyncd)';
  if (Math.abs(offsetMs) < WORRYING_MS) return ok(found);
  if (Math.abs(offsetMs) < SIGNATURE_LIFE_MS - WORRYING_MS) return warning(found, cure);
  return { ...failed(found, cure), failure: 'clock-skew' };
}

/** Enough to tell keys apart. */
function masked({ accessKeyId }: Credentials): string {
  return accessKeyId.length < 12 ? '…' : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}

function expired(): Error {
  return Object.assign(new Error('expired'), { name: 'ExpiredToken' });
}

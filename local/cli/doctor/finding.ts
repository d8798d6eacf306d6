import { explanationOf } from '../../../shared/errors/explain';
import type { Service } from '../../../shared/errors/failure';

/** `warning` is worth knowing and stops nothing; `skipped` was not looked at, and says why. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one check has found. Holds no secret and nothing of what a service said in its own words. */
export interface Finding {
  /** Stable, for programs. */
  readonly id: string;
  readonly title: string;
  readonly status: FindingStatus;
  readonly found: string;
  /** Likely cause and what to do, for anything but `ok`. */
  readonly cause?: string;
  readonly cure?: string;
  /** Name of the failure in docs/errors.md. */
  readonly failure?: string;
}

/** What a check says of its subject; its name is added by whoever runs it. */
export type Result = Omit<Finding, 'id' | 'title'>;

export const ok = (found: string): Result => ({ status: 'ok', found });
export const skipped = (found: string, cure?: string): Result => ({
  status: 'skipped',
  found,
  cure,
});
export const warning = (found: string, cure: string): Result => ({
  status: 'warning',
  found,
  cure,
});
export const failed = (found: string, cure: string): Result => ({ status: 'failed', found, cure });

/** A failed check, in the words of the table of failures. */
export function failedBy(reason: unknown, service: Service): Result {
  const { what, cause, cure, failure } = explanationOf(reason, service);
  return { status: 'failed', found: what, cause, cure, failure };
}

export interface Subject {
  readonly id: string;
  readonly title: string;
  /** Whose failures its errors are. */
  readonly service: Service;
}

/** Runs one check to its end or its limit; what it throws is a failure of the service. */
export async function examine(
  { id, title, service }: Subject,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Result> | Result,
): Promise<Finding> {
  const limit = AbortSignal.timeout(limitMs);
  const overdue = new Promise<Result>((resolve) => {
    const tooLate = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    limit.addEventListener('abort', () => resolve(failedBy(tooLate, service)), { once: true });
  });
  const result = Promise.resolve()
    .then(() => work(limit))
    .catch((reason: unknown) => failedBy(reason, service));
  return { id, title, ...(await Promise.race([overdue, result])) };
}

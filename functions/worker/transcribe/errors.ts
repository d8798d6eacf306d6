import type { CallscribeError } from '../../../shared/errors';
import { explain } from '../../../shared/errors/explain';

/** Names what ended a session, by the one table; its own text stays in `cause`. */
export function sessionError(reason: unknown): CallscribeError {
  return explain(reason, 'transcribe');
}

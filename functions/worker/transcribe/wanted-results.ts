import type { SessionSettings } from './session';
import type { SessionResult } from './session-result';

/** What of an event's results is passed on; undefined when it had none at all. */
export function wantedOf(
  results: readonly SessionResult[],
  { partials = true }: Pick<SessionSettings, 'partials'>,
): readonly SessionResult[] | undefined {
  if (results.length === 0) return undefined;
  return partials ? results : results.filter((result) => result.IsPartial !== true);
}

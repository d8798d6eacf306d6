import { CallscribeError } from './errors';
import { RECORD_SCHEMA_VERSION, callRecordSchema, type CallRecord } from './record';

type AttributeLike = { S?: string | undefined; N?: string | undefined };

/** More than so many wrong places say nothing new. */
const MAX_PATHS = 10;

/**
 * Reads a CallLog item. Throws `log-too-new` for a newer schema version and `log-unreadable`
 * for anything else that is not a record; never shows the item's contents in the message.
 */
export function recordFromItem(item: Readonly<Record<string, AttributeLike>>): CallRecord {
  const where = `CallLog record ${item.callId?.S ?? '?'} ${item.seq?.N ?? '?'}`;
  let raw: unknown;
  try {
    raw = JSON.parse(item.record?.S ?? '');
  } catch {
    // The parser's own message quotes what it read.
    throw new CallscribeError('log-unreadable', `${where} is not JSON`);
  }
  const version = (raw as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > RECORD_SCHEMA_VERSION) {
    throw new CallscribeError(
      'log-too-new',
      `${where} has schema version ${version}, this build reads up to ${RECORD_SCHEMA_VERSION}; ` +
        'deploy the newer worker again',
    );
  }
  const parsed = callRecordSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.slice(0, MAX_PATHS).map((issue) => issue.path.join('.'));
  throw new CallscribeError(
    'log-unreadable',
    `${where} does not fit its schema at: ${paths.join(', ')}`,
  );
}

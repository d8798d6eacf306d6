import type { CallscribeError } from '../../../shared/errors';
import { explain } from '../../../shared/errors/explain';

/** Names what GetDataEndpoint or GetMedia failed with, by the one table. */
export function kvsError(reason: unknown, streamArn: string): CallscribeError {
  return explain(reason, 'kinesis-video', { context: { streamArn } });
}

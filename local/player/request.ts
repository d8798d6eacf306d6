import { callRequestSchema, type CallOptions, type CallRequest } from '../../shared/call';
import type { SourceLeg } from './call-source';

export interface RequestParts {
  readonly callId: string;
  readonly legs: readonly SourceLeg[];
  readonly streamArn: string;
  readonly startFragmentNumber: string;
  /** Producer time of the first sample, epoch milliseconds. */
  readonly startTimeMs: number;
  /** Name of the tag whose value on every fragment is the call id. */
  readonly guardTag: string;
  readonly options?: CallOptions;
}

/** The message that asks for a played call to be transcribed; it fits its schema. */
export function callRequest(parts: RequestParts): CallRequest {
  return callRequestSchema.parse({
    schemaVersion: 1,
    callId: parts.callId,
    legs: parts.legs.map(({ channel, track }) => ({
      channel,
      streamArn: parts.streamArn,
      track,
      startFragmentNumber: parts.startFragmentNumber,
      startTime: new Date(parts.startTimeMs).toISOString(),
    })),
    guard: { tag: parts.guardTag, value: parts.callId },
    options: parts.options,
  });
}

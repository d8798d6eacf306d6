import { PUT_MEDIA_ERRORS } from './media-errors';
import type { PutMediaErrorId } from './media-errors';

/**
 * One line of PutMedia's answer. Names and forms as seen in AWS's troubleshooting pages, for
 * example `{"EventType":"PERSISTED","FragmentTimecode":1711124585823,"FragmentNumber":"9134…"}`;
 * FragmentTimecode is the cluster's own, in milliseconds, and may be absent from IDLE.
 */
export interface Acknowledgement {
  readonly EventType: 'BUFFERING' | 'RECEIVED' | 'PERSISTED' | 'ERROR' | 'IDLE';
  readonly FragmentTimecode?: number;
  readonly FragmentNumber?: string;
  readonly ErrorId?: number;
  readonly ErrorCode?: string;
}

export interface AcknowledgedFragment {
  readonly timecodeMs: number;
  readonly number: string;
}

export function acknowledge(
  eventType: 'BUFFERING' | 'RECEIVED' | 'PERSISTED',
  fragment: AcknowledgedFragment,
): Acknowledgement {
  return {
    EventType: eventType,
    FragmentTimecode: fragment.timecodeMs,
    FragmentNumber: fragment.number,
  };
}

/** Without a fragment when the body failed before its first one. */
export function acknowledgeError(
  errorId: PutMediaErrorId,
  fragment?: AcknowledgedFragment,
): Acknowledgement {
  return {
    EventType: 'ERROR',
    FragmentTimecode: fragment?.timecodeMs,
    FragmentNumber: fragment?.number,
    ErrorId: errorId,
    ErrorCode: PUT_MEDIA_ERRORS[errorId],
  };
}

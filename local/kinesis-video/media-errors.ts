/** GetMedia's in-band errors, ERROR_ID to ERROR_CODE text (PROTOCOLS A2). */
export const GET_MEDIA_ERRORS = {
  3002: 'Error writing to the stream',
  4000: 'Requested fragment is not found',
  4500: "Access denied for the stream's KMS key",
  4501: "Stream's KMS key is disabled",
  4502: "Validation error on the stream's KMS key",
  4503: 'KMS key specified in the stream is unavailable',
  4504: 'Invalid usage of the KMS key specified in the stream',
  4505: 'Invalid state of the KMS key specified in the stream',
  4506: 'Unable to find the KMS key specified in the stream',
  5000: 'Internal error',
} as const satisfies Record<number, string>;
export type GetMediaErrorId = keyof typeof GET_MEDIA_ERRORS;

/** Error acknowledgements of PutMedia, ErrorId to ErrorCode (PROTOCOLS A2; PutMedia page). */
export const PUT_MEDIA_ERRORS = {
  4000: 'STREAM_READ_ERROR',
  4001: 'MAX_FRAGMENT_SIZE_REACHED',
  4002: 'MAX_FRAGMENT_DURATION_REACHED',
  4003: 'MAX_CONNECTION_DURATION_REACHED',
  4004: 'FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS',
  4006: 'INVALID_MKV_DATA',
  4007: 'INVALID_PRODUCER_TIMESTAMP',
  4008: 'STREAM_NOT_ACTIVE',
  4009: 'FRAGMENT_METADATA_LIMIT_REACHED',
  4010: 'TRACK_NUMBER_MISMATCH',
  4011: 'FRAMES_MISSING_FOR_TRACK',
  4012: 'MORE_THAN_ALLOWED_TRACKS_FOUND',
  4500: 'KMS_KEY_ACCESS_DENIED',
  4501: 'KMS_KEY_DISABLED',
  4502: 'KMS_KEY_VALIDATION_ERROR',
  4503: 'KMS_KEY_UNAVAILABLE',
  4504: 'KMS_KEY_INVALID_USAGE',
  4505: 'KMS_KEY_INVALID_STATE',
  4506: 'KMS_KEY_NOT_FOUND',
  5000: 'INTERNAL_ERROR',
  5001: 'ARCHIVAL_ERROR',
} as const satisfies Record<number, string>;
export type PutMediaErrorId = keyof typeof PUT_MEDIA_ERRORS;

export function isGetMediaErrorId(id: unknown): id is GetMediaErrorId {
  return typeof id === 'number' && Object.hasOwn(GET_MEDIA_ERRORS, id);
}

export function isPutMediaErrorId(id: unknown): id is PutMediaErrorId {
  return typeof id === 'number' && Object.hasOwn(PUT_MEDIA_ERRORS, id);
}

/** What the producer sent breaks a rule: it becomes an Error acknowledgement, then the end. */
export class PutMediaError extends Error {
  constructor(readonly errorId: PutMediaErrorId) {
    super(PUT_MEDIA_ERRORS[errorId]);
    this.name = 'PutMediaError';
  }
}

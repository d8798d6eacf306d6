import { CallscribeError, type ErrorCode } from '../../../shared/errors';

interface Verdict {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly cure: string;
}

/** HTTP errors of GetDataEndpoint and GetMedia (PROTOCOLS A1); anything else is retried. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  ResourceNotFoundException: {
    code: 'stream-not-found',
    retryable: false,
    cure: 'the stream does not exist; check streamArn in the request',
  },
  InvalidArgumentException: {
    code: 'stream-error',
    retryable: false,
    cure: 'KVS refused the request as malformed; check streamArn and startFragmentNumber',
  },
  NotAuthorizedException: {
    code: 'access-denied',
    retryable: false,
    cure: 'allow kinesisvideo:GetMedia and kinesisvideo:GetDataEndpoint on this stream',
  },
  AccessDeniedException: {
    code: 'access-denied',
    retryable: false,
    cure: 'allow kinesisvideo:GetMedia and kinesisvideo:GetDataEndpoint on this stream',
  },
  ClientLimitExceededException: {
    code: 'quota-exceeded',
    retryable: true,
    cure: 'more than 5 calls a second on this stream',
  },
  ConnectionLimitExceededException: {
    code: 'quota-exceeded',
    retryable: true,
    cure: 'more than 3 connections on this stream; look for another reader',
  },
  InvalidEndpointException: {
    code: 'stream-error',
    retryable: true,
    cure: 'the data endpoint has moved; it is asked for again',
  },
};

const DEFAULT_VERDICT: Verdict = {
  code: 'unavailable',
  retryable: true,
  cure: 'the connection is tried again',
};

export function kvsError(reason: unknown, streamArn: string): CallscribeError {
  if (reason instanceof CallscribeError) return reason;
  const name = reason instanceof Error ? reason.name : 'unknown error';
  const { code, retryable, cure } = VERDICTS[name] ?? DEFAULT_VERDICT;
  return new CallscribeError(code, `Kinesis Video Streams: ${name} (${cure})`, {
    cause: reason,
    retryable,
    context: { streamArn },
  });
}

import type { Failure } from './failure';

const services = ['kinesis-video'] as const;

/** HTTP errors of GetDataEndpoint and GetMedia (PROTOCOLS A1). */
const REFUSALS: readonly Failure[] = [
  {
    id: 'kvs-stream-not-found',
    seenAs: ['ResourceNotFoundException'],
    code: 'stream-not-found',
    services,
    name: /^ResourceNotFoundException$/,
    what: 'the stream does not exist',
    cause: 'it was deleted, is in another region or account, or its ARN is mistyped',
    cure: 'check streamArn in the request, and that this region is that of the stream',
    retryable: false,
  },
  {
    id: 'kvs-invalid-argument',
    seenAs: ['InvalidArgumentException'],
    code: 'stream-error',
    services,
    name: /^InvalidArgumentException$/,
    what: 'the request was refused as malformed',
    cause: 'a stream ARN or fragment number that is none',
    cure: 'check streamArn and startFragmentNumber in the request',
    retryable: false,
  },
  {
    id: 'kvs-not-authorized',
    seenAs: ['NotAuthorizedException'],
    code: 'access-denied',
    services,
    name: /^NotAuthorizedException$/,
    what: 'reading the stream is not allowed, or the token has expired',
    cause: 'the role lacks {actions} on this stream, or its credentials were renewed late',
    cure: 'allow {actions} on the stream (stack option `streamPrefixes`)',
    retryable: false,
  },
  {
    id: 'kvs-client-limit',
    seenAs: ['ClientLimitExceededException'],
    code: 'quota-exceeded',
    services,
    name: /^ClientLimitExceededException$/,
    what: 'there were more than 5 calls a second on this stream',
    cause: 'several readers of one stream, or a quota of the account',
    cure: 'nothing: the call is repeated; if it lasts, look for another reader of the stream',
    retryable: true,
  },
  {
    id: 'kvs-connection-limit',
    seenAs: ['ConnectionLimitExceededException'],
    code: 'quota-exceeded',
    services,
    name: /^ConnectionLimitExceededException$/,
    what: 'there are more than 3 GetMedia connections to this stream',
    cause: 'another consumer reads the same stream, or connections of a dead one linger',
    cure: 'look for another reader and stop it, or raise the quota; the connection is tried again',
    retryable: true,
  },
  {
    id: 'kvs-invalid-endpoint',
    seenAs: ['InvalidEndpointException'],
    code: 'stream-error',
    services,
    name: /^InvalidEndpointException$/,
    what: 'the data endpoint of the stream has moved',
    cause: 'the service moved the stream to other hosts',
    cure: 'nothing: the endpoint is asked for again',
    retryable: true,
  },
];

/** The KMS errors differ in what is wrong with the stream's key. */
const KEY_TROUBLE: readonly (readonly [errorId: number, what: string, cure: string])[] = [
  [4500, "the stream's KMS key denies access", 'allow kms:Decrypt on the key to the role'],
  [4501, "the stream's KMS key is disabled", 'enable the key'],
  [4502, "the stream's KMS key failed its validation", 'check that the key is a symmetric one'],
  [4503, "the stream's KMS key is unavailable", 'wait, or look at the state of the key'],
  [4504, "the stream's KMS key is not made for encryption", 'give the stream an encryption key'],
  [4505, "the stream's KMS key is in an invalid state", 'cancel its deletion, import its material'],
  [4506, "the stream's KMS key was not found", 'restore the key or give the stream another'],
];

/** ERROR_ID of an error inside a GetMedia body (PROTOCOLS A2); the body is read again. */
const IN_BAND: readonly Failure[] = [
  {
    id: 'kvs-3002',
    code: 'stream-error',
    services,
    errorId: 3002,
    what: 'the service could not write to the stream of the response (error 3002)',
    cause: 'trouble inside the service, or a reader that is too slow',
    cure: 'nothing: reading goes on after the last whole fragment',
    retryable: true,
  },
  {
    id: 'kvs-4000',
    code: 'stream-error',
    services,
    errorId: 4000,
    what: 'the requested fragment was not found (error 4000)',
    cause: 'it has left the retention of the stream, or never was in it',
    cure: 'give the stream a longer retention (`DataRetentionInHours` of the Connect or Voice Connector settings); reading goes on with the oldest fragment, what is missing becomes a gap',
    retryable: true,
  },
  ...KEY_TROUBLE.map(([errorId, what, cure]): Failure => ({
    id: `kvs-${errorId}`,
    code: 'stream-error',
    services,
    errorId,
    what: `${what} (error ${errorId})`,
    cause: 'the key of the stream or its policy was changed',
    cure: `${cure} (stack option \`streamKeyArns\`); reading is tried again`,
    retryable: true,
  })),
  {
    id: 'kvs-5000',
    code: 'stream-error',
    services,
    errorId: 5000,
    what: 'the service failed inside (error 5000)',
    cause: 'trouble inside the service',
    cure: 'nothing: reading goes on after the last whole fragment',
    retryable: true,
  },
  {
    id: 'kvs-in-band',
    code: 'stream-error',
    services,
    name: /^InBandError$/,
    what: 'the service reported an error inside the stream that is not documented',
    cause: 'unknown; the number of the error is all that is known',
    cure: 'nothing: reading is tried again; if it repeats, report the number',
    retryable: true,
  },
];

export const KINESIS_VIDEO_FAILURES: readonly Failure[] = [...REFUSALS, ...IN_BAND];

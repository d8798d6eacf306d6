/**
 * Before the stream: what a request is answered with. Asked once per request; the answer has the
 * service's own name and text for it.
 */
const REFUSALS = {
  'refuse-internal-failure': 'InternalFailureException, 500.',
  'refuse-service-unavailable': 'ServiceUnavailableException, 503.',
  'refuse-limit-exceeded': 'LimitExceededException, 429: too many concurrent streams.',
  'refuse-rate-exceeded': 'LimitExceededException, 429: streams are started too fast.',
  'refuse-throttling': 'ThrottlingException, 429.',
  'refuse-conflict': 'ConflictException, 409: another stream has this session id.',
  'refuse-bad-request': 'BadRequestException, 400, with `message`.',
  'refuse-serialization': 'SerializationException, 400: the request cannot be read.',
  'refuse-unrecognized-client': 'UnrecognizedClientException, 403: no such key.',
  'refuse-missing-token': 'MissingAuthenticationTokenException, 403: the request is not signed.',
  'refuse-expired-token': 'ExpiredTokenException, 403: the session token has expired.',
  'refuse-invalid-signature': 'InvalidSignatureException, 403: the secret does not fit the key.',
  'refuse-signature-expired':
    'InvalidSignatureException, 403: the client’s clock is slow; with `ahead` true it is fast.',
  'refuse-access-denied':
    'AccessDeniedException, 403: no policy allows the action; with `forMs` a policy’s absence.',
  'credentials-rotated':
    'ExpiredTokenException for the request’s key; with `accessKeyId` and `secretAccessKey` only ' +
    'those count from then on.',
  'refuse-error': 'Any error: `name`, `message`, `httpStatus` (400).',
  'refuse-bad-gateway': '502 with a page in HTML, as something between client and service answers.',
  'refuse-no-answer': 'Nothing is answered, ever.',
  'refuse-reset': 'The connection is reset (TCP RST).',
} as const;

/**
 * Inside a session. Asked when it starts and then once per second of its audio; setting `afterMs`
 * (default 0) puts the strike that much audio later. Each kind strikes a session once.
 */
const SESSION_FAULTS = {
  'internal-failure': 'InternalFailureException in the result stream, which ends.',
  'service-unavailable': 'ServiceUnavailableException in the result stream.',
  'limit-exceeded': 'LimitExceededException: too many concurrent streams.',
  'limit-exceeded-duration': 'LimitExceededException: the stream is too long.',
  conflict: 'ConflictException: a newer stream has this session id.',
  'bad-request': 'BadRequestException with `message`.',
  'bad-request-idle': 'BadRequestException: no new audio for 15 seconds.',
  'bad-request-too-big': 'BadRequestException: the frame is too big.',
  'bad-request-corrupted': 'BadRequestException: the audio cannot be decoded.',
  'bad-request-no-end-frame': 'BadRequestException: a complete signal without the empty frame.',
  'bad-request-websocket-frame': 'BadRequestException: an unexpected WebSocket frame.',
  'signature-expired': 'BadRequestException: a frame’s signature is five minutes old.',
  exception: 'Any exception: `name`, `message`.',
  'exception-with-event-type':
    'InternalFailureException under `:event-type` as an archived page has it; the JS SDK then ' +
    'throws a TypeError.',
  'unmodelled-error': 'A message of type `error`: `code`, `message`.',
  'rst-stream': 'RST_STREAM; `code` (2, INTERNAL_ERROR).',
  fin: 'The result stream ends without an error and without the finals.',
  'tcp-reset': 'The connection is reset.',
  goaway: 'GOAWAY with code 0; the session goes on.',
  'goaway-error': 'GOAWAY with `code` (2, INTERNAL_ERROR); the connection ends.',
  'truncated-event': 'Half an event, then RST_STREAM.',
  'corrupt-event': 'An event whose checksum is wrong; the session goes on.',
  stall: 'No results any more and no end; audio is still accepted.',
  'results-late': 'All results come later by `delayMs` (8000).',
} as const;

/** Asked when a session starts. */
export const FIRST_EVENT_LATE = 'first-event-late';

/**
 * Every kind that the Transcribe stand-in knows, and what it does. The target of a fault is the
 * session id that the client gave in its request; a refusal's may be the request's vocabulary
 * filter where it gave none.
 */
export const TRANSCRIBE_FAULTS = {
  ...REFUSALS,
  ...SESSION_FAULTS,
  [FIRST_EVENT_LATE]: 'The first event waits for `delayMs` (12000).',
} as const;

export type RefusalKind = keyof typeof REFUSALS;
export type SessionFaultKind = keyof typeof SESSION_FAULTS;

export const REFUSAL_KINDS = Object.keys(REFUSALS) as readonly RefusalKind[];
export const SESSION_KINDS = Object.keys(SESSION_FAULTS) as readonly SessionFaultKind[];
export const TRANSCRIBE_FAULT_KINDS = Object.keys(TRANSCRIBE_FAULTS);

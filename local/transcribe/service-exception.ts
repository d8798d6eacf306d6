import { LOCAL_ACCOUNT } from '../stand-in';

/** Names and texts as Amazon Transcribe gives them (PROTOCOLS D). */
export class ServiceException extends Error {
  constructor(
    /** `:exception-type` inside a stream, `x-amzn-errortype` before it. */
    override readonly name: string,
    readonly httpStatus: number,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string) =>
  new ServiceException('BadRequestException', 400, message);

export const limitExceeded = (message: string) =>
  new ServiceException('LimitExceededException', 429, message);

export const conflict = () =>
  new ServiceException(
    'ConflictException',
    409,
    'Another stream is in progress with the same session ID.',
  );

/** To the older stream, when a newer one of its session is let in. */
export const superseded = () =>
  new ServiceException(
    'ConflictException',
    409,
    'A new stream started with the same session ID. The current stream has been terminated.',
  );

export const internalFailure = () =>
  new ServiceException(
    'InternalFailureException',
    500,
    'A problem occurred while processing the audio. Amazon Transcribe terminated processing.',
  );

export const serviceUnavailable = () =>
  new ServiceException(
    'ServiceUnavailableException',
    503,
    'The service is currently unavailable. Try your request later.',
  );

export const unrecognizedClient = () =>
  new ServiceException(
    'UnrecognizedClientException',
    403,
    'The security token included in the request is invalid.',
  );

export const missingToken = () =>
  new ServiceException('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');

/** `operation` is the IAM action's name too. */
export const accessDenied = (operation: string) =>
  new ServiceException(
    'AccessDeniedException',
    403,
    `User: arn:aws:iam::${LOCAL_ACCOUNT}:user/local is not authorized to perform: ` +
      `transcribe:${operation} because no identity-based policy allows the ` +
      `transcribe:${operation} action`,
  );

export const expiredToken = () =>
  new ServiceException(
    'ExpiredTokenException',
    403,
    'The security token included in the request is expired',
  );

export const invalidSignature = (message = SIGNATURE_MISMATCH) =>
  new ServiceException('InvalidSignatureException', 403, message);

export const SIGNATURE_MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method.';

export const idleTimeout = (idleMs: number) =>
  badRequest(
    `Your request timed out because no new audio was received for ${idleMs / 1000} seconds.`,
  );

export const streamTooBig = () =>
  badRequest(
    'Your stream is too big. Reduce the frame size and the audio chunk size, and try your request again.',
  );

export const noEmptyFrame = () =>
  badRequest('A complete signal was sent without the preceding empty frame.');

export const unexpectedWebSocketFrame = () => badRequest('Unexpected WebSocket frame received.');

export const corruptedData = () => badRequest('The data is corrupted.');

export const audioTooLong = () =>
  limitExceeded(
    'Your client has exceeded one of the Amazon Transcribe limits. This is typically the audio ' +
      'length limit. Break your audio stream into smaller chunks and try your request again.',
  );

export const tooManyStreams = (streams: number) =>
  limitExceeded(`You have reached your limit of concurrent streams, ${streams}.`);

export const tooManyStarts = () => limitExceeded('Rate exceeded');

/** Also without a frame that is really that old; for faults. */
export const signatureExpired = (nowMs: number) =>
  badRequest(signatureTimeProblem(nowMs - 301_000, nowMs, 300_000) ?? 'Signature expired');

/** The text for a signature whose date is too far from now, or undefined when it counts. */
export function signatureTimeProblem(
  dateMs: number,
  nowMs: number,
  lifeMs: number,
): string | undefined {
  const life = `${lifeMs / 60_000} min.`;
  if (nowMs - dateMs > lifeMs) {
    const limit = `${isoBasic(nowMs - lifeMs)} (${isoBasic(nowMs)} - ${life})`;
    return `Signature expired: ${isoBasic(dateMs)} is now earlier than ${limit}`;
  }
  if (dateMs - nowMs > lifeMs) {
    const limit = `${isoBasic(nowMs + lifeMs)} (${isoBasic(nowMs)} + ${life})`;
    return `Signature not yet current: ${isoBasic(dateMs)} is still later than ${limit}`;
  }
  return undefined;
}

/** `20260102T030405Z` */
export function isoBasic(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

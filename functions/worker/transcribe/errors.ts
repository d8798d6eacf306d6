import { CallscribeError, type ErrorCode } from '../../../shared/errors';

interface Verdict {
  readonly name: RegExp;
  readonly text?: RegExp;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly cure: string;
}

/** The one table of what a session's error means and whether another session may heal it. */
const VERDICTS: readonly Verdict[] = [
  {
    name: /^BadRequestException$/,
    text: /no new audio was received/i,
    code: 'session-failed',
    retryable: true,
    cure: 'the session was starved of audio; it is opened again',
  },
  {
    name: /^BadRequestException$/,
    text: /stream is too big/i,
    code: 'session-failed',
    retryable: true,
    cure: 'the service refused a frame; the audio is sent again in a new session',
  },
  {
    name: /^BadRequestException$/,
    text: /signature expired|complete signal was sent/i,
    code: 'session-failed',
    retryable: true,
    cure: 'the session is opened again; check the clock if this repeats',
  },
  {
    name: /^BadRequestException$/,
    code: 'session-refused',
    retryable: false,
    cure: 'the service refuses the options or the audio; check the options of the request',
  },
  {
    name: /^LimitExceededException$/,
    code: 'quota-exceeded',
    retryable: true,
    cure: 'raise the quota of concurrent Transcribe streams; the audio waits meanwhile',
  },
  {
    name: /^ConflictException$/,
    code: 'session-failed',
    retryable: true,
    cure: 'a session of this id is still open; another is opened',
  },
  {
    name: /^(UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|MissingAuthenticationToken|InvalidClientTokenId)/,
    code: 'access-denied',
    retryable: true,
    cure: 'the credentials are refused; check that they are valid and not expired',
  },
  {
    name: /^AccessDenied/,
    code: 'access-denied',
    retryable: false,
    cure: 'allow transcribe:StartStreamTranscription',
  },
  {
    name: /^CredentialsProviderError$/,
    code: 'access-denied',
    retryable: true,
    cure: 'no credentials were found',
  },
];

const DEFAULT: Omit<Verdict, 'name'> = {
  code: 'session-failed',
  retryable: true,
  cure: 'the session is opened again',
};

/** Names the error; its own text stays in `cause`, since it may quote what was sent. */
export function sessionError(reason: unknown): CallscribeError {
  if (reason instanceof CallscribeError) return reason;
  const name = reason instanceof Error ? reason.name : 'unknown error';
  const text = reason instanceof Error ? reason.message : '';
  const verdict =
    VERDICTS.find((entry) => entry.name.test(name) && (entry.text?.test(text) ?? true)) ?? DEFAULT;
  return new CallscribeError(verdict.code, `Amazon Transcribe: ${name} (${verdict.cure})`, {
    cause: reason,
    retryable: verdict.retryable,
  });
}

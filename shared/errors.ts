/** Closed set of what can go wrong; each is explained in docs/errors.md. */
export const ERROR_CODES = [
  'bad-configuration',
  'bad-request',
  'bad-audio',
  'unsupported-codec',
  'malformed-container',
  'stream-not-found',
  'stream-error',
  'stream-expired',
  'unknown-track',
  'access-denied',
  'quota-exceeded',
  'session-failed',
  'session-refused',
  'fenced',
  'log-unreadable',
  'log-too-new',
  'poison',
  'unavailable',
  'aborted',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorContext {
  readonly callId?: string;
  readonly fragmentNumber?: string;
  readonly streamArn?: string;
}

/**
 * The one error of this project. `message` says what, where and what to do, and never holds
 * transcript text, phone numbers or credentials. `retryable` is read by the one retry policy.
 */
export class CallscribeError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly context: ErrorContext;
  /** Id in the table of failures (shared/errors/table.ts), for those that a service reports. */
  readonly failure: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      retryable?: boolean;
      context?: ErrorContext;
      failure?: string;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'CallscribeError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.context = options.context ?? {};
    this.failure = options.failure;
  }

  /** Normalises anything thrown; a CallscribeError passes unchanged. */
  static from(reason: unknown, code: ErrorCode = 'internal'): CallscribeError {
    if (reason instanceof CallscribeError) return reason;
    const name = reason instanceof Error ? reason.name : typeof reason;
    return new CallscribeError(code, `unexpected ${name}`, { cause: reason });
  }
}

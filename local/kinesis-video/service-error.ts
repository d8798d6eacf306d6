import type { IncomingMessage, ServerResponse } from 'node:http';

/** Error names and their HTTP status as in the service's model (PROTOCOLS A1). */
const STATUS_BY_NAME = {
  ClientLimitExceededException: 400,
  ConnectionLimitExceededException: 400,
  InvalidArgumentException: 400,
  InvalidEndpointException: 400,
  ResourceInUseException: 400,
  VersionMismatchException: 400,
  NotAuthorizedException: 401,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  InternalFailureException: 500,
  ServiceUnavailableException: 503,
} as const;
export type ServiceErrorName = keyof typeof STATUS_BY_NAME;

/** Closing at once could reset the connection before the caller has read its answer. */
const CLOSE_GRACE_MS = 1000;

/** An error that a caller sees as an HTTP status with `x-amzn-errortype`. */
export class ServiceError extends Error {
  constructor(
    override readonly name: ServiceErrorName,
    message: string,
  ) {
    super(message);
  }

  get statusCode(): number {
    return STATUS_BY_NAME[this.name];
  }
}

/** Answers with the error; a request body that is still coming is thrown away. */
export function sendServiceError(response: ServerResponse, reason: unknown): void {
  const error =
    reason instanceof ServiceError
      ? reason
      : new ServiceError('InternalFailureException', 'the stand-in failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(error.statusCode, {
    'content-type': 'application/json',
    'x-amzn-errortype': error.name,
  });
  response.end(JSON.stringify({ Message: error.message }));
  discardBody(response.req);
}

/** Reads on, so that the answer gets through, but not for ever. */
export function discardBody(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.destroy(), CLOSE_GRACE_MS).unref();
}

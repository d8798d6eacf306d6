import type { ServerResponse } from 'node:http';

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

/** Answers with the error and closes the connection, since a request body may still be coming. */
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
    connection: 'close',
  });
  response.end(JSON.stringify({ Message: error.message }));
}

import type { IncomingHttpHeaders } from 'node:http2';

import type { EventMessage } from './event-decoder';

/** Exceptions of the result streams' model; the text of any other is its whole body, as in the SDK. */
const MODELLED = new Set([
  'BadRequestException',
  'LimitExceededException',
  'InternalFailureException',
  'ConflictException',
  'ServiceUnavailableException',
]);
const UNKNOWN_MESSAGE = 'UnknownError';

/** What the service answered, with the `name` and `message` that the AWS SDK gives such an error. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    /** Absent for an error within the stream. */
    readonly httpStatus?: number,
  ) {
    super(message);
  }
}

/** The error of an HTTP answer other than 200; `body` may be cut off. */
export function errorOfAnswer(headers: IncomingHttpHeaders, body: Buffer): ServiceError {
  const fields = jsonObject(body);
  const code = first(headers['x-amzn-errortype']) ?? text(fields.code) ?? text(fields.__type);
  return new ServiceError(
    bareName(code ?? 'Unknown'),
    text(fields.message) ?? text(fields.Message) ?? UNKNOWN_MESSAGE,
    Number(headers[':status']),
  );
}

/** The error that a message of the result stream is; undefined for an event. */
export function errorOfMessage({ headers, payload }: EventMessage): Error | undefined {
  switch (headers.get(':message-type')) {
    case 'event':
      return undefined;
    case 'exception': {
      // An archived page of the documentation has the name in `:event-type` (PROTOCOLS C5).
      const name = headers.get(':exception-type') ?? headers.get(':event-type') ?? 'Unknown';
      if (!MODELLED.has(name)) return new ServiceError(name, payload.toString());
      const fields = jsonObject(payload);
      return new ServiceError(name, text(fields.message) ?? text(fields.Message) ?? 'Unknown');
    }
    case 'error': {
      const message = headers.get(':error-message');
      const name = headers.get(':error-code') ?? 'Unknown';
      return new ServiceError(name, message || UNKNOWN_MESSAGE);
    }
    default:
      return new Error('a message that is neither event, exception nor error');
  }
}

/** `Name:http://…` and `namespace#Name` are both in use. */
function bareName(code: string): string {
  const [withoutUrl = ''] = (code.split(',')[0] ?? '').split(':');
  return withoutUrl.split('#')[1] ?? withoutUrl;
}

function jsonObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

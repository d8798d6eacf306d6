import type { IncomingHttpHeaders } from 'node:http';

const UNKNOWN_MESSAGE = 'UnknownError';

/** What a service answered, with the `name` and `message` that the AWS SDK gives such an error. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    /** Absent for an error within a stream. */
    readonly httpStatus?: number,
  ) {
    super(message);
  }
}

/** The error of an HTTP answer that refuses; `body` may be cut off. */
export function errorOfAnswer(
  status: number,
  headers: Readonly<IncomingHttpHeaders>,
  body: Buffer,
): ServiceError {
  const fields = jsonFields(body);
  const errorType = headers['x-amzn-errortype'];
  const header = typeof errorType === 'string' ? errorType : errorType?.[0];
  const name = errorName(header, fields) ?? 'Unknown';
  return new ServiceError(name, messageIn(fields) ?? UNKNOWN_MESSAGE, status);
}

/**
 * What the service calls a refusal: from the header `x-amzn-errortype`, else from the body's `code`
 * or `__type`, without the URL and the namespace that may stand around it, as the SDK has it.
 * Undefined when there is no such name, or none that is fit to be logged.
 */
export function errorName(
  header: string | undefined,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  return bareName(header) ?? bareName(text(fields.code)) ?? bareName(text(fields.__type));
}

/** The text of an error's JSON; services spell its name in two ways. */
export function messageIn(fields: Readonly<Record<string, unknown>>): string | undefined {
  return text(fields.message) ?? text(fields.Message);
}

/** No fields at all if the body is no JSON object. */
export function jsonFields(body: Buffer | string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** `Name:http://…` and `namespace#Name` are both in use. */
function bareName(value: string | undefined): string | undefined {
  const name = value?.split(',')[0]?.split(':')[0]?.split('#').at(-1)?.trim();
  // Names of shapes are identifiers.
  return name !== undefined && /^[A-Za-z][\w.-]{0,99}$/.test(name) ? name : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

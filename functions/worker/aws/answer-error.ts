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
  return new ServiceError(
    bareName(header ?? text(fields.code) ?? text(fields.__type) ?? 'Unknown'),
    messageIn(fields) ?? UNKNOWN_MESSAGE,
    status,
  );
}

/** The text of an error's JSON; services spell its name in two ways. */
export function messageIn(fields: Readonly<Record<string, unknown>>): string | undefined {
  return text(fields.message) ?? text(fields.Message);
}

/** No fields at all if the body is no JSON object. */
export function jsonFields(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** `Name:http://…` and `namespace#Name` are both in use. */
function bareName(code: string): string {
  const [withoutUrl = ''] = (code.split(',')[0] ?? '').split(':');
  return withoutUrl.split('#')[1] ?? withoutUrl;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

import { jsonFields, messageIn, ServiceError } from '../../aws/answer-error';
import type { EventMessage } from './event-decoder';

/** Exceptions of the result streams' model; the text of any other is its whole body, as in the SDK. */
const MODELLED = new Set([
  'BadRequestException',
  'LimitExceededException',
  'InternalFailureException',
  'ConflictException',
  'ServiceUnavailableException',
]);

/**
 * The error that a message of the result stream is, with the SDK's name and text; undefined for an
 * event.
 */
export function errorOfMessage({ headers, payload }: EventMessage): Error | undefined {
  switch (headers.get(':message-type')) {
    case 'event':
      return undefined;
    case 'exception': {
      // An archived page of the documentation has the name in `:event-type` (PROTOCOLS C5).
      const name = headers.get(':exception-type') ?? headers.get(':event-type') ?? 'Unknown';
      if (!MODELLED.has(name)) return new ServiceError(name, payload.toString());
      return new ServiceError(name, messageIn(jsonFields(payload)) ?? 'Unknown');
    }
    case 'error': {
      const message = headers.get(':error-message');
      return new ServiceError(headers.get(':error-code') ?? 'Unknown', message || 'UnknownError');
    }
    default:
      return new Error('a message that is neither event, exception nor error');
  }
}

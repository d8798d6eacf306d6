import type { Fault } from '../faults/fault-board';
import type { RefusalKind } from './fault-kinds';
import { numberSetting, textSetting } from './fault-plan';
import type { Operation } from './operations';
import {
  accessDenied,
  badRequest,
  conflict,
  expiredToken,
  internalFailure,
  invalidSignature,
  missingToken,
  ServiceException,
  serviceUnavailable,
  signatureTimeProblem,
  tooManyStarts,
  tooManyStreams,
  unrecognizedClient,
} from './service-exception';
import { SIGNATURE_LIFE_MS } from './sigv4';

/** A request that does not get the service's own kind of answer. */
export class Silence extends Error {
  constructor(readonly manner: 'bad-gateway' | 'no-answer' | 'reset') {
    super(manner);
  }
}

/** What a request meets that a fault of this kind strikes. */
export function refusal(
  kind: RefusalKind,
  fault: Fault,
  operation: Operation,
  nowMs: number,
  concurrentStreams: number,
): Error {
  switch (kind) {
    case 'refuse-internal-failure':
      return internalFailure();
    case 'refuse-service-unavailable':
      return serviceUnavailable();
    case 'refuse-limit-exceeded':
      return tooManyStreams(concurrentStreams);
    case 'refuse-rate-exceeded':
      return tooManyStarts();
    case 'refuse-throttling':
      return new ServiceException('ThrottlingException', 429, 'Rate exceeded');
    case 'refuse-conflict':
      return conflict();
    case 'refuse-bad-request':
      return badRequest(textSetting(fault, 'message', 'Your request is not valid.'));
    case 'refuse-serialization':
      return new ServiceException('SerializationException', 400, 'The request cannot be read.');
    case 'refuse-unrecognized-client':
      return unrecognizedClient();
    case 'refuse-missing-token':
      return missingToken();
    case 'refuse-expired-token':
    case 'credentials-rotated':
      return expiredToken();
    case 'refuse-invalid-signature':
      return invalidSignature();
    case 'refuse-signature-expired':
      return invalidSignature(clockProblem(fault, nowMs));
    case 'refuse-access-denied':
      return accessDenied(operation);
    case 'refuse-error':
      return new ServiceException(
        textSetting(fault, 'name', 'ValidationException'),
        numberSetting(fault, 'httpStatus', 400),
        textSetting(fault, 'message', 'Your request is not valid.'),
      );
    case 'refuse-bad-gateway':
      return new Silence('bad-gateway');
    case 'refuse-no-answer':
      return new Silence('no-answer');
    case 'refuse-reset':
      return new Silence('reset');
  }
}

/** As for a clock that is a second beyond what is allowed. */
function clockProblem(fault: Fault, nowMs: number): string | undefined {
  const offMs = SIGNATURE_LIFE_MS + 1000;
  const dateMs = fault.settings?.ahead === true ? nowMs + offMs : nowMs - offMs;
  return signatureTimeProblem(dateMs, nowMs, SIGNATURE_LIFE_MS);
}

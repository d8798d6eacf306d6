import type { Fault } from '../faults/fault-board';
import type { SessionFaultKind } from './fault-kinds';
import { textSetting } from './fault-plan';
import {
  audioTooLong,
  badRequest,
  corruptedData,
  idleTimeout,
  internalFailure,
  limitExceeded,
  noEmptyFrame,
  ServiceException,
  serviceUnavailable,
  signatureExpired,
  streamTooBig,
  superseded,
  unexpectedWebSocketFrame,
} from './service-exception';

const REAL_IDLE_MS = 15_000;

/** The exception with which a fault of this kind ends a session; undefined for other kinds. */
export function faultException(
  kind: SessionFaultKind,
  fault: Fault,
  nowMs: number,
): ServiceException | undefined {
  switch (kind) {
    case 'internal-failure':
      return internalFailure();
    case 'service-unavailable':
      return serviceUnavailable();
    case 'limit-exceeded':
      return limitExceeded('You have reached your limit of concurrent streams.');
    case 'limit-exceeded-duration':
      return audioTooLong();
    case 'conflict':
      return superseded();
    case 'bad-request':
      return badRequest(textSetting(fault, 'message', 'Your request is not valid.'));
    case 'bad-request-idle':
      return idleTimeout(REAL_IDLE_MS);
    case 'bad-request-too-big':
      return streamTooBig();
    case 'bad-request-corrupted':
      return corruptedData();
    case 'bad-request-no-end-frame':
      return noEmptyFrame();
    case 'bad-request-websocket-frame':
      return unexpectedWebSocketFrame();
    case 'signature-expired':
      return signatureExpired(nowMs);
    case 'exception':
      return new ServiceException(
        textSetting(fault, 'name', 'ThrottlingException'),
        400,
        textSetting(fault, 'message', 'Rate exceeded'),
      );
    default:
      return undefined;
  }
}

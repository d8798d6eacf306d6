import type { EventMessage } from './event-stream';
import { decodeHeaders, decodeMessage } from './event-stream';
import { badRequest, signatureTimeProblem } from './service-exception';
import type { FrameVerifier } from './sigv4';
import { SIGNATURE_LIFE_MS } from './sigv4';

/** What a client's message means to a session. */
export type Upstream =
  | { readonly kind: 'audio'; readonly audio: Buffer }
  /** JSON that has not been read. */
  | { readonly kind: 'configuration'; readonly json: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'other' };

const END: Upstream = { kind: 'end' };
const OTHER: Upstream = { kind: 'other' };

/**
 * Opens one signed message: its date, its place in the chain of signatures (when `verifier` is
 * given), then the event nested in it. Throws ServiceException or EventStreamError.
 */
export function openSignedFrame(
  frame: EventMessage,
  nowMs: number,
  verifier: FrameVerifier | undefined,
): Upstream {
  const headers = decodeHeaders(frame.headers);
  // Clients that do not sign may send the event itself; only a stand-in without checks takes it.
  if (!verifier && headers.has(':event-type')) return openEvent(frame);
  const date = headers.get(':date');
  const signature = headers.get(':chunk-signature');
  if (date?.type !== 'timestamp' || signature?.type !== 'binary') {
    throw badRequest('A message without :date and :chunk-signature was received.');
  }
  const problem = signatureTimeProblem(date.valueMs, nowMs, SIGNATURE_LIFE_MS);
  if (problem) throw badRequest(problem);
  verifier?.verify(date.valueMs, frame.payload, signature.value);
  if (frame.payload.length === 0) return END;
  return openEvent(decodeMessage(frame.payload));
}

function openEvent(event: EventMessage): Upstream {
  const type = decodeHeaders(event.headers).get(':event-type');
  if (type?.type !== 'string') return OTHER;
  if (type.value === 'ConfigurationEvent') return { kind: 'configuration', json: event.payload };
  if (type.value !== 'AudioEvent') return OTHER;
  // An AudioEvent without audio is the end signal of clients that send no empty frame.
  return event.payload.length === 0 ? END : { kind: 'audio', audio: event.payload };
}

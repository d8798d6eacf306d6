import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Acknowledgement } from './acknowledgement';
import type { StreamFaults } from './faults';
import { PutMediaError } from './media-errors';
import type { MediaStream } from './media-stream';
import type { KinesisVideoLimits } from './options';
import { PutSession } from './put-session';
import { discardBody, ServiceError } from './service-error';
import type { FragmentInfo } from './stored-fragment';

/** Acknowledgements are small; a producer that reads none of them may leave so many bytes unread. */
const MAX_UNREAD_ACK_BYTES = 1_048_576;

export interface PutMediaCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly stream: MediaStream;
  readonly limits: KinesisVideoLimits;
  readonly faults: StreamFaults;
  readonly nowMs: () => number;
  readonly onFragment?: (fragment: FragmentInfo) => void;
  readonly deleteStream: () => void;
}

/**
 * Answers one PutMedia call: 200 at once, then acknowledgements while the body arrives. Throws
 * ServiceError before the answer has begun.
 */
export function answerPutMedia(call: PutMediaCall): void {
  const { stream, limits, faults, response } = call;
  faults.refuse('putmedia');
  if (!stream.putMediaCalls.take(call.nowMs())) {
    throw new ServiceError('ClientLimitExceededException', 'too many PutMedia calls a second');
  }
  const timecodeBaseMs = readTimecodeBase(call.request);
  if (stream.putMediaConnections >= limits.putMediaConnectionsPerStream) {
    throw new ServiceError('ConnectionLimitExceededException', 'the stream has a producer already');
  }
  stream.putMediaConnections += 1;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  new PutMediaConnection(call, timecodeBaseMs).run();
}

/** One open PutMedia call: the socket's side of a PutSession. */
class PutMediaConnection {
  readonly #session: PutSession;
  readonly #startedAtMs = performance.now();
  #lastDataAtMs = performance.now();
  #idleTimer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(
    private readonly call: PutMediaCall,
    timecodeBaseMs: number,
  ) {
    this.#session = new PutSession({
      ...call,
      timecodeBaseMs,
      acknowledge: (acknowledgement) => this.#acknowledge(acknowledgement),
    });
  }

  run(): void {
    const { request, response, limits } = this.call;
    request.on('data', (bytes: Buffer) => this.#guard(() => this.#receive(bytes)));
    request.on('end', () => {
      this.#guard(() => this.#session.end());
      this.#close();
    });
    request.on('error', () => this.#abandon());
    response.on('close', () => this.#abandon());
    const tickMs = Math.max(1, Math.min(limits.putMediaIdleAckMs, limits.putMediaIdleMs));
    if (tickMs !== Infinity) this.#idleTimer = setInterval(() => this.#checkIdle(), tickMs).unref();
  }

  #receive(bytes: Uint8Array): void {
    this.#lastDataAtMs = performance.now();
    if (this.#lastDataAtMs - this.#startedAtMs > this.call.limits.putMediaSessionMs) {
      throw new PutMediaError(4003);
    }
    this.#session.push(bytes);
  }

  #checkIdle(): void {
    const idleMs = performance.now() - this.#lastDataAtMs;
    const { putMediaIdleMs, putMediaIdleAckMs } = this.call.limits;
    if (idleMs >= putMediaIdleMs) {
      this.#session.abort();
      this.#close();
    } else if (idleMs >= putMediaIdleAckMs) this.#acknowledge({ EventType: 'IDLE' });
  }

  /** A broken rule ends the call with an Error acknowledgement. */
  #guard(step: () => void): void {
    if (this.#over) return;
    try {
      step();
    } catch (reason) {
      this.#session.fail(reason instanceof PutMediaError ? reason : new PutMediaError(5000));
      this.#close();
    }
  }

  #acknowledge(acknowledgement: Acknowledgement): void {
    const { response, request } = this.call;
    response.write(`${JSON.stringify(acknowledgement)}\n`);
    if (response.writableLength > MAX_UNREAD_ACK_BYTES) request.destroy();
  }

  /** Ends the answer; what the producer still sends is thrown away until it has read the answer. */
  #close(): void {
    if (!this.#release()) return;
    const { request, response } = this.call;
    response.end();
    discardBody(request);
  }

  #abandon(): void {
    if (!this.#release()) return;
    this.#session.abort();
    this.call.response.destroy();
  }

  #release(): boolean {
    if (this.#over) return false;
    this.#over = true;
    clearInterval(this.#idleTimer);
    this.call.stream.putMediaConnections -= 1;
    return true;
  }
}

/** What is added to timecodes; header names and values as in the PutMedia page. */
function readTimecodeBase(request: IncomingMessage): number {
  const type = request.headers['x-amzn-fragment-timecode-type'];
  const start = request.headers['x-amzn-producer-start-timestamp'];
  if (type !== 'ABSOLUTE' && type !== 'RELATIVE') {
    throw new ServiceError(
      'InvalidArgumentException',
      'x-amzn-fragment-timecode-type must be ABSOLUTE or RELATIVE',
    );
  }
  const startMs = Math.round(Number(start) * 1000);
  if (start !== undefined && (!Number.isFinite(startMs) || startMs < 0)) {
    throw new ServiceError(
      'InvalidArgumentException',
      'x-amzn-producer-start-timestamp must be epoch seconds',
    );
  }
  if (type === 'ABSOLUTE') return 0;
  if (start === undefined) {
    throw new ServiceError(
      'InvalidArgumentException',
      'RELATIVE timecodes need x-amzn-producer-start-timestamp',
    );
  }
  return startMs;
}

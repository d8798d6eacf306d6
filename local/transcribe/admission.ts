import type { IncomingHttpHeaders } from 'node:http2';

import type { FaultBoard } from '../faults/fault-board';
import type { StandInClock } from './clock';
import { REFUSAL_KINDS } from './fault-kinds';
import type { TranscribeLimits } from './limits';
import type { Operation } from './operations';
import { OPERATION_PATHS, operationAt } from './operations';
import { refusal } from './refusals';
import type { SessionSettings } from './request-headers';
import { HEADER_PREFIX, parseRequestHeaders } from './request-headers';
import {
  badRequest,
  conflict,
  ServiceException,
  tooManyStarts,
  tooManyStreams,
} from './service-exception';
import type { LocalCredentials } from './sigv4';
import { FrameVerifier, verifyRequest } from './sigv4';

const EVENT_STREAM = 'application/vnd.amazon.eventstream';

export interface AdmissionOptions {
  readonly credentials: readonly LocalCredentials[];
  readonly verifyRequests: boolean;
  readonly verifyFrames: boolean;
  readonly limits: TranscribeLimits;
  readonly clock: StandInClock;
  readonly faults?: FaultBoard;
}

/** What the stand-in runs at this moment. */
export interface Occupancy {
  readonly activeStreams: number;
  readonly streamsOnConnection: number;
  /** A stream of this id runs that no other may take over. */
  isSessionTaken(sessionId: string): boolean;
}

export interface Admitted {
  readonly settings: SessionSettings;
  readonly verifier?: FrameVerifier;
}

/** Decides on requests before their stream begins. */
export class Admission {
  #credentials: readonly LocalCredentials[];
  /** Starts that are free now; refilled by the second. */
  #freeStarts: number;
  #refilledAtMs: number;

  constructor(private readonly options: AdmissionOptions) {
    this.#credentials = options.credentials;
    this.#freeStarts = options.limits.startsPerSecond;
    this.#refilledAtMs = options.clock.monotonicMs();
  }

  /** Requests signed with any other key are refused from now on; running sessions go on. */
  setCredentials(credentials: readonly LocalCredentials[]): void {
    this.#credentials = credentials;
  }

  /** Throws the ServiceException that the request is to be answered with, or Silence. */
  admit(headers: IncomingHttpHeaders, occupancy: Occupancy): Admitted {
    const operation = operationAt(headers[':path']);
    if (headers[':method'] !== 'POST' || operation === undefined) {
      const known = OPERATION_PATHS.join(' and POST ');
      throw new ServiceException('UnknownOperationException', 404, `only POST ${known} are served`);
    }
    this.#commitRefusals(refusalTarget(headers), operation);
    const { verifyRequests, verifyFrames, clock } = this.options;
    // The frames' chain starts from the request's signature, so one cannot be had alone.
    const signature =
      verifyRequests || verifyFrames
        ? verifyRequest(headers, this.#credentials, clock.nowMs())
        : undefined;
    // The Python SDK sends no content type.
    if ((headers['content-type'] ?? EVENT_STREAM) !== EVENT_STREAM) {
      throw badRequest(`content-type must be ${EVENT_STREAM}`);
    }
    const settings = parseRequestHeaders(headers, operation);
    this.#checkLimits(settings, occupancy);
    return {
      settings,
      verifier: verifyFrames && signature ? new FrameVerifier(signature) : undefined,
    };
  }

  #checkLimits(settings: SessionSettings, occupancy: Occupancy): void {
    const { limits } = this.options;
    if (occupancy.streamsOnConnection > 0) {
      throw badRequest('One stream per HTTP/2 connection; open another connection.');
    }
    if (!this.#takeStart()) throw tooManyStarts();
    if (occupancy.activeStreams >= limits.concurrentStreams) {
      throw tooManyStreams(limits.concurrentStreams);
    }
    if (settings.sessionId && occupancy.isSessionTaken(settings.sessionId)) throw conflict();
  }

  #takeStart(): boolean {
    const { limits, clock } = this.options;
    const now = clock.monotonicMs();
    const refill = ((now - this.#refilledAtMs) / 1000) * limits.startsPerSecond;
    this.#freeStarts = Math.min(limits.startsPerSecond, this.#freeStarts + refill);
    this.#refilledAtMs = now;
    if (this.#freeStarts < 1) return false;
    this.#freeStarts -= 1;
    return true;
  }

  #commitRefusals(target: string, operation: Operation): void {
    const { faults, limits, clock } = this.options;
    for (const kind of REFUSAL_KINDS) {
      const fault = faults?.strike(kind, target);
      if (!fault) continue;
      const { accessKeyId, secretAccessKey } = fault.settings ?? {};
      if (
        kind === 'credentials-rotated' &&
        typeof accessKeyId === 'string' &&
        typeof secretAccessKey === 'string'
      ) {
        this.setCredentials([{ accessKeyId, secretAccessKey }]);
      }
      throw refusal(kind, fault, operation, clock.nowMs(), limits.concurrentStreams);
    }
  }
}

/** Many clients name no session; a vocabulary filter of its own tells a caller from the others. */
function refusalTarget(headers: IncomingHttpHeaders): string {
  const named = headers[`${HEADER_PREFIX}session-id`];
  return String(named ?? headers[`${HEADER_PREFIX}vocabulary-filter-name`] ?? '');
}

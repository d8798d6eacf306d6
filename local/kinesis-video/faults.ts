import type { Fault, FaultBoard } from '../faults/fault-board';
import { isGetMediaErrorId, isPutMediaErrorId } from './media-errors';
import type { GetMediaErrorId, PutMediaErrorId } from './media-errors';
import { ServiceError } from './service-error';

/**
 * The faults this stand-in commits, by kind; the target is a stream's name. "At a fragment" means
 * when a reader is about to get one, so that sessions that are under way are struck too.
 */
export const KINESIS_VIDEO_FAULTS = {
  'getdataendpoint-unavailable': 'GetDataEndpoint answers 503.',
  'getdataendpoint-client-limit': 'GetDataEndpoint answers ClientLimitExceededException.',
  'getmedia-connection-limit': 'GetMedia answers ConnectionLimitExceededException.',
  'getmedia-client-limit': 'GetMedia answers ClientLimitExceededException.',
  'getmedia-invalid-endpoint': 'GetMedia answers InvalidEndpointException.',
  'getmedia-not-authorized': 'GetMedia answers NotAuthorizedException (401), as for an old token.',
  'getmedia-unavailable': 'GetMedia answers 503.',
  'getmedia-silent-end':
    'The body ends in order but early: `afterMs` (0) after the session began or a fragment did.',
  'getmedia-reset':
    'TCP reset inside a fragment, after `afterBytes` (1000) of its cluster or at its end.',
  'getmedia-error': 'In place of a fragment an in-band error with `errorId` (5000), then the end.',
  'getmedia-slow': 'From a fragment on, for `forMs` (5000), only `bytesPerSecond` (4000) are sent.',
  'getmedia-fragment-twice': 'A fragment is sent twice in a row, with the same number.',
  'getmedia-flipped':
    'Octets at a structure are zeroed in this response only; `at` is ebml, tracks, tags, cluster or block (default: any).',
  'putmedia-fragment-lost':
    'A fragment is acknowledged to the producer, but it never is in the stream.',
  'putmedia-fragment-twice': 'A fragment is in the stream twice, under two numbers.',
  'putmedia-error': 'An Error acknowledgement with `errorId` (5000) at a fragment, then the end.',
  'putmedia-unavailable': 'PutMedia answers 503.',
  'stream-deleted': 'The stream is deleted when its next fragment is complete.',
} as const satisfies Record<string, string>;
export type KinesisVideoFaultKind = keyof typeof KINESIS_VIDEO_FAULTS;

export const FLIP_PLACES = ['ebml', 'tracks', 'tags', 'cluster', 'block'] as const;
export type FlipPlace = (typeof FLIP_PLACES)[number];

const DEFAULT_RESET_AFTER_BYTES = 1000;
const DEFAULT_SLOW_BYTES_PER_SECOND = 4000;
const DEFAULT_SLOW_FOR_MS = 5000;
const DEFAULT_ERROR_ID = 5000;

/** What is done to one fragment on its way to one reader. */
export interface FragmentFaults {
  readonly errorId?: GetMediaErrorId;
  readonly resetAfterBytes?: number;
  readonly flipAt?: FlipPlace;
  readonly twice: boolean;
  readonly slow?: { readonly bytesPerSecond: number; readonly forMs: number };
}

/** The fault board seen from one stream. Without a board nothing ever strikes. */
export class StreamFaults {
  constructor(
    private readonly board: FaultBoard | undefined,
    private readonly streamName: string,
    private readonly random: () => number,
  ) {}

  /** Throws the error with which a call is refused, if one is armed. */
  refuse(operation: 'getdataendpoint' | 'getmedia' | 'putmedia'): void {
    if (this.board === undefined) return;
    if (this.strikes(`${operation}-unavailable`)) {
      throw new ServiceError('ServiceUnavailableException', 'injected: service unavailable');
    }
    if (operation === 'putmedia') return;
    if (this.strikes(`${operation}-client-limit`)) {
      throw new ServiceError('ClientLimitExceededException', 'injected: too many calls');
    }
    if (operation === 'getdataendpoint') return;
    if (this.strikes('getmedia-connection-limit')) {
      throw new ServiceError('ConnectionLimitExceededException', 'injected: too many connections');
    }
    if (this.strikes('getmedia-invalid-endpoint')) {
      throw new ServiceError('InvalidEndpointException', 'injected: call GetDataEndpoint again');
    }
    if (this.strikes('getmedia-not-authorized')) {
      throw new ServiceError('NotAuthorizedException', 'injected: the token has expired');
    }
  }

  /** Milliseconds after which the session ends silently, if that strikes now. */
  silentEndAfterMs(): number | undefined {
    const fault = this.#strike('getmedia-silent-end');
    return fault === undefined ? undefined : numberSetting(fault, 'afterMs', 0);
  }

  /** Strikes for a fragment that a reader is about to get. */
  atFragment(): FragmentFaults | undefined {
    if (this.board === undefined) return undefined;
    const error = this.#strike('getmedia-error');
    if (error !== undefined) {
      const id = numberSetting(error, 'errorId', DEFAULT_ERROR_ID);
      return { errorId: isGetMediaErrorId(id) ? id : DEFAULT_ERROR_ID, twice: false };
    }
    const reset = this.#strike('getmedia-reset');
    const flip = this.#strike('getmedia-flipped');
    const slow = this.#strike('getmedia-slow');
    return {
      resetAfterBytes: reset && numberSetting(reset, 'afterBytes', DEFAULT_RESET_AFTER_BYTES),
      flipAt: flip && this.#flipPlace(flip),
      twice: this.strikes('getmedia-fragment-twice'),
      slow: slow && {
        bytesPerSecond: numberSetting(slow, 'bytesPerSecond', DEFAULT_SLOW_BYTES_PER_SECOND),
        forMs: numberSetting(slow, 'forMs', DEFAULT_SLOW_FOR_MS),
      },
    };
  }

  putMediaErrorId(): PutMediaErrorId | undefined {
    const fault = this.#strike('putmedia-error');
    if (fault === undefined) return undefined;
    const id = numberSetting(fault, 'errorId', DEFAULT_ERROR_ID);
    return isPutMediaErrorId(id) ? id : DEFAULT_ERROR_ID;
  }

  strikes(kind: KinesisVideoFaultKind): boolean {
    return this.#strike(kind) !== undefined;
  }

  #strike(kind: KinesisVideoFaultKind): Fault | undefined {
    return this.board?.strike(kind, this.streamName);
  }

  #flipPlace(fault: Fault): FlipPlace {
    const wanted = FLIP_PLACES.find((place) => place === fault.settings?.['at']);
    const drawn = FLIP_PLACES[Math.floor(this.random() * FLIP_PLACES.length)];
    return wanted ?? drawn ?? 'block';
  }
}

function numberSetting(fault: Fault, name: string, byDefault: number): number {
  const value = fault.settings?.[name];
  return typeof value === 'number' && value >= 0 ? value : byDefault;
}

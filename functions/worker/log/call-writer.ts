import { randomUUID } from 'node:crypto';

import type { CallRequest, Channel } from '../../../shared/call';
import { isoTime, type Clock } from '../../../shared/clock';
import { CallscribeError, type ErrorCode } from '../../../shared/errors';
import {
  RECORD_SCHEMA_VERSION,
  isPublished,
  type CallRecord,
  type CallState,
  type Fact,
} from '../../../shared/record';
import type { CallLog } from './call-log';
import { copyOfState } from './state-copy';

/** What a call's state is before its first record. */
export function initialState(request: Pick<CallRequest, 'legs'> & Partial<CallRequest>): CallState {
  return {
    startTimeMs: null,
    sampleRateHz: null,
    legs: request.legs,
    marks: {},
    gapsTo: {},
    suspendedTo: 0,
    messageId: '',
    endTimeMs: null,
    startedSeq: null,
    sessions: 0,
    publishedSeq: 0,
    lastEventSeq: null,
    claimsWithoutProgress: 0,
    released: false,
    account: {
      receivedMs: 0,
      transcribedMs: 0,
      silentMs: 0,
      missingMs: 0,
      sessions: 0,
      retries: 0,
      billedSeconds: 0,
    },
  };
}

export interface CallWriterOptions {
  readonly log: Pick<CallLog, 'append'>;
  readonly callId: string;
  readonly workerId: string;
  readonly clock: Clock;
  /** The record after which this writer goes on; 0 for a new call. */
  readonly seq: number;
  /** The state to go on from; it is the writer's from now on. */
  readonly state: CallState;
  /** When the call's records expire, seconds since the epoch. */
  readonly expiresAtSeconds: number;
  /** Gives appending up, whatever became of it. */
  readonly signal?: AbortSignal;
  readonly nonce?: () => string;
}

interface RecordPublisher {
  readonly publishedSeq: number;
  offer(record: CallRecord): void;
}

/** Facts of call audio: after one of them a claim has made progress. */
const PROGRESS = new Set<Fact['type']>(['leg', 'segment', 'gap', 'checkpoint']);

/** Not answers of the store: after one of them nobody knows, or it is another's place. */
const OPEN_OUTCOMES: ReadonlySet<ErrorCode> = new Set(['fenced', 'aborted', 'internal']);

/** The one writer of a call's log in this process: one append at a time, `seq` without holes. */
export class CallWriter {
  /** Written with the next record; callers change it before they append. */
  readonly state: CallState;
  #seq: number;
  #queue: Promise<unknown> = Promise.resolve();
  #publisher: RecordPublisher | undefined;
  /** Why nothing can be appended any more. */
  #broken: CallscribeError | undefined;
  #releasing = false;

  constructor(private readonly options: CallWriterOptions) {
    this.#seq = options.seq;
    this.state = options.state;
  }

  get callId(): string {
    return this.options.callId;
  }

  get seq(): number {
    return this.#seq;
  }

  get expiresAtSeconds(): number {
    return this.options.expiresAtSeconds;
  }

  /** Whether the next hand-over lets the call go, so that whoever comes first may claim it. */
  get releasing(): boolean {
    return this.#releasing;
  }

  release(): void {
    this.#releasing = true;
  }

  /** From now on each record is offered to it, and tells how far it had come. */
  publishThrough(publisher: RecordPublisher): void {
    this.#publisher = publisher;
  }

  /** The call's marks in samples, in the order of `channels`. */
  marksOf(channels: readonly Channel[]): number[] {
    return channels.map((channel) => this.state.marks[channel] ?? 0);
  }

  /**
   * Appends one fact with the state as it is when its turn comes. Throws FencedError when the
   * claim is lost. After an error that leaves open whether the record stands, every later append
   * throws the same; one that the store refused for good leaves its place to the next.
   */
  append(fact: Fact): Promise<CallRecord> {
    const next = this.#queue.then(() => this.#append(fact));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #append(fact: Fact): Promise<CallRecord> {
    if (this.#broken !== undefined) throw this.#broken;
    const { log, callId, workerId, clock, expiresAtSeconds, signal } = this.options;
    const seq = this.#seq + 1;
    const made = this.#madeTrueBy(fact, seq);
    const record: CallRecord = {
      schemaVersion: RECORD_SCHEMA_VERSION,
      callId,
      seq,
      at: isoTime(clock.epochMs()),
      writer: workerId,
      nonce: this.options.nonce?.() ?? randomUUID(),
      previousSeq: this.state.lastEventSeq,
      fact,
      state: { ...copyOfState(this.state), ...made },
    };
    try {
      await log.append(record, expiresAtSeconds, signal);
    } catch (reason) {
      const error = CallscribeError.from(reason);
      if (!isRefusal(error)) this.#broken = error;
      throw error;
    }
    this.#seq = seq;
    Object.assign(this.state, made);
    this.#publisher?.offer(record);
    return record;
  }

  /** What becomes true with the record, and only if it stands. */
  #madeTrueBy(fact: Fact, seq: number): Partial<CallState> {
    const begins = fact.type === 'started' || fact.type === 'reopened';
    return {
      publishedSeq: this.#publisher?.publishedSeq ?? this.state.publishedSeq,
      ...(isPublished(fact.type) ? { lastEventSeq: seq } : {}),
      ...(begins ? { startedSeq: seq } : {}),
      ...(PROGRESS.has(fact.type) ? { claimsWithoutProgress: 0 } : {}),
    };
  }
}

/** The store said no: the record does not stand. An earlier lost success shows as a fence later. */
function isRefusal(error: CallscribeError): boolean {
  return !error.retryable && !OPEN_OUTCOMES.has(error.code);
}

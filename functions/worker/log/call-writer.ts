import { randomBytes } from 'node:crypto';

import type { CallRequest, Channel } from '../../../shared/call';
import { isoTime, type Clock } from '../../../shared/clock';
import {
  RECORD_SCHEMA_VERSION,
  isPublished,
  type CallRecord,
  type CallState,
  type Fact,
} from '../../../shared/record';
import type { CallLog } from './call-log';

/** What a call's state is before its first record. */
export function initialState(request: CallRequest): CallState {
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
  readonly log: CallLog;
  readonly callId: string;
  readonly workerId: string;
  readonly clock: Clock;
  /** The last record read, from which this writer continues; undefined for a new call. */
  readonly last: CallRecord | undefined;
  readonly request: CallRequest;
  readonly signal?: AbortSignal;
  readonly nonce?: () => string;
}

interface RecordPublisher {
  readonly publishedSeq: number;
  offer(record: CallRecord): void;
}

/** Facts of call audio: after one of them a claim has made progress. */
const PROGRESS = new Set<Fact['type']>(['leg', 'segment', 'gap', 'checkpoint']);

/** The one writer of a call's log in this process: one append at a time, `seq` without holes. */
export class CallWriter {
  /** Written with the next record; callers change it before they append. */
  readonly state: CallState;
  #seq: number;
  #queue: Promise<unknown> = Promise.resolve();
  #publisher: RecordPublisher | undefined;

  constructor(private readonly options: CallWriterOptions) {
    const { last, request } = options;
    this.#seq = last?.seq ?? 0;
    this.state = last === undefined ? initialState(request) : structuredClone(last.state);
  }

  get callId(): string {
    return this.options.callId;
  }

  get seq(): number {
    return this.#seq;
  }

  /** From now on each record is offered to it, and tells how far it had come. */
  publishThrough(publisher: RecordPublisher): void {
    this.#publisher = publisher;
  }

  /** The call's marks in samples, in the order of `channels`. */
  marksOf(channels: readonly Channel[]): number[] {
    return channels.map((channel) => this.state.marks[channel] ?? 0);
  }

  /** Appends one fact with the state as it is now. Throws FencedError when the claim is lost. */
  append(fact: Fact): Promise<CallRecord> {
    const next = this.#queue.then(() => this.#append(fact));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #append(fact: Fact): Promise<CallRecord> {
    const { log, callId, workerId, clock, signal } = this.options;
    const seq = this.#seq + 1;
    this.state.publishedSeq = this.#publisher?.publishedSeq ?? this.state.publishedSeq;
    const previousSeq = this.state.lastEventSeq;
    if (isPublished(fact.type)) this.state.lastEventSeq = seq;
    if (PROGRESS.has(fact.type)) this.state.claimsWithoutProgress = 0;
    const record: CallRecord = {
      schemaVersion: RECORD_SCHEMA_VERSION,
      callId,
      seq,
      at: isoTime(clock.epochMs()),
      writer: workerId,
      nonce: this.options.nonce?.() ?? randomBytes(8).toString('hex'),
      previousSeq,
      fact,
      state: structuredClone(this.state),
    };
    await log.append(record, signal);
    this.#seq = seq;
    this.#publisher?.offer(record);
    return record;
  }
}

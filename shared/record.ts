import { z } from 'zod';

import { callIdSchema, callRequestSchema, channelSchema, legSchema } from './call';
import {
  DETAIL_TYPES,
  EVENT_SOURCE,
  accountSchema,
  categorySchema,
  completedFactSchema,
  failedFactSchema,
  gapSchema,
  startedFactSchema,
  transcriptSegmentSchema,
} from './events';

/** Version of the log format; a reader refuses a newer one rather than misread it. */
export const RECORD_SCHEMA_VERSION = 1;

const sample = z.number().int().nonnegative();

/** Where to read a leg again so that its timeline comes out bit-identical. */
export const resumePointSchema = z.object({
  /** The fragment to begin with, and the one before it where known. */
  fragmentNumber: z.string(),
  previousFragmentNumber: z.string().nullable(),
  /** Producer time of that fragment's first sample, for a start by time. */
  producerTimestampMs: z.number(),
  /** Timeline position of the leg's first sample in that fragment. */
  sample,
  /** Producer time of the leg's timeline position 0; moves when a clock jumps back. */
  anchorMs: z.number(),
  /** Samples of the leg received before that one. */
  received: sample,
});
export type ResumePoint = z.infer<typeof resumePointSchema>;

export const legStateSchema = legSchema.extend({
  /** Absent until the leg has delivered a sample. */
  resume: resumePointSchema.optional(),
});
export type LegState = z.infer<typeof legStateSchema>;

/** Everything a worker needs to carry on from a record, and nothing that time would change. */
export const callStateSchema = z.object({
  /** Producer time of timeline position 0, once a leg has delivered. */
  startTimeMs: z.number().nullable(),
  sampleRateHz: z.number().int().positive().nullable(),
  legs: z.array(legStateSchema),
  /** Per channel: everything before this sample is in the log. */
  marks: z.partialRecord(channelSchema, sample),
  /** Per channel: gaps before this sample are in the log. */
  gapsTo: z.partialRecord(channelSchema, sample),
  /**
   * Per channel: from here to its mark silence was given in place of audio that was not there; what
   * comes of it is late. Absent: there is no such place, or the log is older than this field.
   */
  unheardFrom: z.partialRecord(channelSchema, sample).optional(),
  /** Suspended silence before this sample is in the account. */
  suspendedTo: sample,
  /** Message of the claim that is in force; a redelivery of it is no duplicate. */
  messageId: z.string(),
  /** Producer time at which the call ends, once known. */
  endTimeMs: z.number().nullable(),
  /** `seq` of the `started` record, which holds the request; null before it is written. */
  startedSeq: z.number().int().positive().nullable(),
  /** Ordinal of the last session opened. */
  sessions: z.number().int().nonnegative(),
  /** Up to here the records' events were acknowledged by the bus when this was written. */
  publishedSeq: z.number().int().nonnegative(),
  /** `seq` of the last record that is an event, this one included. */
  lastEventSeq: z.number().int().positive().nullable(),
  /** Claims in a row without progress; five are poison. */
  claimsWithoutProgress: z.number().int().nonnegative(),
  /** Set by a clean hand-over: the next claim may come with any message. */
  released: z.boolean(),
  account: accountSchema,
});
export type CallState = z.infer<typeof callStateSchema>;

const claimedFactSchema = z.object({ messageId: z.string() });
const legFactSchema = z.object({
  channel: channelSchema,
  streamArn: z.string(),
  track: z.string().optional(),
  startMs: z.number().int().nonnegative(),
  startTime: z.iso.datetime(),
});
const sessionFactSchema = z.object({
  ordinal: z.number().int().positive(),
  startMs: z.number().int().nonnegative(),
  endMs: z.number().int().nonnegative(),
  billedSeconds: z.number().int().nonnegative(),
  end: z.enum(['call-ended', 'idle', 'silence', 'rollover', 'failed', 'stalled', 'handed-over']),
  /** Error code when it failed. */
  code: z.string().optional(),
});

const factSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('claimed'), ...claimedFactSchema.shape }),
  z.object({
    type: z.literal('started'),
    ...startedFactSchema.shape,
    request: callRequestSchema,
  }),
  z.object({ type: z.literal('leg'), ...legFactSchema.shape }),
  z.object({ type: z.literal('segment'), ...transcriptSegmentSchema.shape }),
  z.object({ type: z.literal('gap'), ...gapSchema.shape }),
  z.object({ type: z.literal('category'), ...categorySchema.shape }),
  z.object({ type: z.literal('session'), ...sessionFactSchema.shape }),
  z.object({ type: z.literal('checkpoint') }),
  z.object({ type: z.literal('reopened'), request: callRequestSchema }),
  z.object({ type: z.literal('completed'), ...completedFactSchema.shape }),
  z.object({ type: z.literal('failed'), ...failedFactSchema.shape }),
]);
/** What happened: one fact, one record. */
export type Fact = z.infer<typeof factSchema>;
export type FactType = Fact['type'];

export const callRecordSchema = z.object({
  schemaVersion: z.literal(RECORD_SCHEMA_VERSION),
  callId: callIdSchema,
  seq: z.number().int().positive(),
  /** The writer's clock, for people; nothing is decided by it. */
  at: z.iso.datetime(),
  writer: z.string(),
  nonce: z.string(),
  /** `seq` of the last event before this record; null when there is none. */
  previousSeq: z.number().int().positive().nullable(),
  fact: factSchema,
  state: callStateSchema,
});
export type CallRecord = z.infer<typeof callRecordSchema>;

const PUBLISHED_TYPES = [
  'started',
  'segment',
  'gap',
  'category',
  'completed',
  'failed',
] as const satisfies readonly FactType[];
type PublishedType = (typeof PUBLISHED_TYPES)[number];
const PUBLISHED = new Set<FactType>(PUBLISHED_TYPES);

export function isPublished(type: FactType): type is PublishedType {
  return PUBLISHED.has(type);
}

export function isTerminal(type: FactType): type is 'completed' | 'failed' {
  return type === 'completed' || type === 'failed';
}

export interface CallEvent {
  readonly source: typeof EVENT_SOURCE;
  readonly detailType: (typeof DETAIL_TYPES)[keyof typeof DETAIL_TYPES];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The event that announces a record; undefined for records that are not published. */
export function eventOf(record: CallRecord): CallEvent | undefined {
  const { fact, callId, seq, previousSeq } = record;
  if (!isPublished(fact.type)) return undefined;
  const { type: _type, ...body } = fact;
  if ('request' in body) delete (body as { request?: unknown }).request;
  return {
    source: EVENT_SOURCE,
    detailType: DETAIL_TYPES[fact.type],
    detail: { schemaVersion: 1, eventId: `${callId}#${seq}`, callId, seq, previousSeq, ...body },
  };
}

/** DynamoDB item of a record. The body is one JSON string: cheap to write, read only through us. */
export interface CallLogItem {
  readonly callId: { readonly S: string };
  readonly seq: { readonly N: string };
  readonly type: { readonly S: string };
  readonly nonce: { readonly S: string };
  readonly record: { readonly S: string };
  readonly expiresAt: { readonly N: string };
}

export function itemOf(record: CallRecord, expiresAtSeconds: number): CallLogItem {
  return {
    callId: { S: record.callId },
    seq: { N: String(record.seq) },
    type: { S: record.fact.type },
    nonce: { S: record.nonce },
    record: { S: JSON.stringify(record) },
    expiresAt: { N: String(expiresAtSeconds) },
  };
}

import { z } from 'zod';

import { attributesSchema, callIdSchema, channelSchema } from './call';

/** `Source` of every event that callscribe puts on its bus. */
export const EVENT_SOURCE = 'callscribe';

export const DETAIL_TYPES = {
  started: 'Transcription Started',
  segment: 'Transcript Segment',
  partial: 'Transcript Partial',
  gap: 'Transcription Gap',
  completed: 'Transcription Completed',
  failed: 'Transcription Failed',
} as const;

/** Events that others put on our bus to steer us. */
export const INPUT_DETAIL_TYPES = {
  requested: 'Transcription Requested',
  stopRequested: 'Transcription Stop Requested',
} as const;

const ms = z.number().int().nonnegative();
const isoTime = z.iso.datetime();

/** One pronounced word. Times are milliseconds on the call's timeline. */
export const wordSchema = z.object({
  text: z.string(),
  startMs: ms,
  endMs: ms,
  confidence: z.number().min(0).max(1).optional(),
});
export type Word = z.infer<typeof wordSchema>;

/** One final result of one channel; every word lies inside [startMs, endMs]. */
export const transcriptSegmentSchema = z.object({
  channel: channelSchema,
  startMs: ms,
  endMs: ms,
  /** `startMs` as a moment, from KVS producer time. */
  startTime: isoTime,
  text: z.string(),
  words: z.array(wordSchema),
  resultId: z.string(),
  /** Which Transcribe session of the call heard it, counted from 1. */
  sessionOrdinal: z.number().int().positive(),
  languageCode: z.string().optional(),
});
export type TranscriptSegment = z.infer<typeof transcriptSegmentSchema>;

export const GAP_REASONS = [
  /** The producer's times show that audio is missing between two fragments. */
  'hole',
  /** Audio arrived after its place had been filled with silence and transcribed. */
  'late',
  /** The container could not be read, also not when it was fetched again. */
  'malformed',
  /** KVS reported that it could not deliver a fragment. */
  'stream-error',
  /** The stream no longer holds the audio (retention, deletion). */
  'expired',
  /** The request named a track or stream that never delivered. */
  'absent',
  /** Sound that the service returned no result for after every retry. */
  'unanswered',
] as const;

export type GapReason = (typeof GAP_REASONS)[number];

/** A stretch of one channel that could not be heard. */
export const gapSchema = z.object({
  channel: channelSchema,
  startMs: ms,
  endMs: ms,
  startTime: isoTime,
  reason: z.enum(GAP_REASONS),
});
export type Gap = z.infer<typeof gapSchema>;

/** Where a call's time went; milliseconds are summed over its channels. */
export const accountSchema = z.object({
  receivedMs: ms,
  transcribedMs: ms,
  silentMs: ms,
  missingMs: ms,
  sessions: z.number().int().nonnegative(),
  retries: z.number().int().nonnegative(),
  billedSeconds: z.number().int().nonnegative(),
});
export type Account = z.infer<typeof accountSchema>;

export const END_REASONS = [
  'ended',
  'another-call',
  'idle',
  'max-duration',
  'stream-deleted',
] as const;
export type EndReason = (typeof END_REASONS)[number];

const envelope = {
  schemaVersion: z.literal(1),
  /** `callId#seq`, the same however often the event is delivered. */
  eventId: z.string(),
  callId: callIdSchema,
  seq: z.number().int().positive(),
  /** `seq` of the call's last event before this one; null for its first. */
  previousSeq: z.number().int().positive().nullable(),
};

export const startedFactSchema = z.object({
  channels: z.array(channelSchema),
  attributes: attributesSchema.optional(),
});
export const completedFactSchema = z.object({
  reason: z.enum(END_REASONS),
  startTime: isoTime.optional(),
  endMs: ms,
  account: accountSchema,
});
export const failedFactSchema = z.object({
  code: z.string(),
  message: z.string(),
  endMs: ms,
  account: accountSchema,
});

export const startedEventSchema = z.object({ ...envelope, ...startedFactSchema.shape });
export const segmentEventSchema = z.object({ ...envelope, ...transcriptSegmentSchema.shape });
export const gapEventSchema = z.object({ ...envelope, ...gapSchema.shape });
export const completedEventSchema = z.object({ ...envelope, ...completedFactSchema.shape });
export const failedEventSchema = z.object({ ...envelope, ...failedFactSchema.shape });
/** Not part of the log: `seq` is null and `eventId` is `callId#resultId#n`. */
export const partialEventSchema = z.object({
  ...envelope,
  seq: z.null(),
  previousSeq: z.null(),
  channel: channelSchema,
  startMs: ms,
  endMs: ms,
  startTime: isoTime,
  text: z.string(),
  resultId: z.string(),
  sessionOrdinal: z.number().int().positive(),
});

/** Detail schema of each event on the bus, by detail type. */
export const OUTPUT_EVENT_SCHEMAS = {
  [DETAIL_TYPES.started]: startedEventSchema,
  [DETAIL_TYPES.segment]: segmentEventSchema,
  [DETAIL_TYPES.partial]: partialEventSchema,
  [DETAIL_TYPES.gap]: gapEventSchema,
  [DETAIL_TYPES.completed]: completedEventSchema,
  [DETAIL_TYPES.failed]: failedEventSchema,
} as const;

/** Detail of `Transcription Stop Requested`: nothing after `endTime` is transcribed. */
export const stopRequestedSchema = z.object({
  schemaVersion: z.literal(1),
  callId: callIdSchema,
  endTime: z.iso.datetime({ offset: true }).optional(),
});

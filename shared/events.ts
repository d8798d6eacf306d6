import { z } from 'zod';

import { attributesSchema, callIdSchema, channelSchema } from './call';

/** `Source` of every event that callscribe puts on its bus. */
export const EVENT_SOURCE = 'callscribe';

export const DETAIL_TYPES = {
  started: 'Transcription Started',
  segment: 'Transcript Segment',
  partial: 'Transcript Partial',
  gap: 'Transcription Gap',
  category: 'Transcript Category',
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

const confidence = z.number().min(0).max(1).optional();

/** One pronounced word. Times are milliseconds on the call's timeline. */
export const wordSchema = z.object({
  text: z.string(),
  startMs: ms,
  endMs: ms,
  confidence,
  /** Diarization label; with `showSpeakerLabel`. */
  speaker: z.string().optional(),
  /** Later partials keep it; with `enablePartialResultsStabilization`. */
  stable: z.boolean().optional(),
  /** On a vocabulary filter whose method is `tag`. */
  vocabularyFilterMatch: z.boolean().optional(),
});
export type Word = z.infer<typeof wordSchema>;

export const punctuationSchema = z.object({
  text: z.string(),
  /** Index in `words` of the word that it follows. */
  afterWord: z.number().int().nonnegative(),
  confidence,
});

/** Personal data that was found, or has been redacted; with its place in the call. */
export const entitySchema = z.object({
  startMs: ms,
  endMs: ms,
  text: z.string().optional(),
  category: z.string().optional(),
  /** Such as `NAME`: one of `piiEntityTypes`. */
  type: z.string().optional(),
  confidence,
});

/** One way to read what was said. */
const readingShape = {
  text: z.string(),
  words: z.array(wordSchema),
  punctuation: z.array(punctuationSchema).optional(),
  entities: z.array(entitySchema).optional(),
};
export const readingSchema = z.object(readingShape);
export type SegmentReading = z.infer<typeof readingSchema>;

/** What the service says beyond the first reading; each absent unless it was asked for. */
const insightShape = {
  languageCode: z.string().optional(),
  /** How likely the languages to choose from are. */
  languageScores: z.array(z.object({ languageCode: z.string(), score: z.number() })).optional(),
  /** Other readings, best first. */
  alternatives: z.array(readingSchema).optional(),
  /** Call Analytics: the speaker's part in the call, `CUSTOMER` or `AGENT`. */
  participantRole: z.string().optional(),
  /** Call Analytics: `POSITIVE`, `NEGATIVE`, `NEUTRAL` or `MIXED`. */
  sentiment: z.string().optional(),
  /** Call Analytics: where in `text` an issue is named, in characters, `end` not included. */
  issues: z
    .array(z.object({ begin: z.number().int().nonnegative(), end: z.number().int().positive() }))
    .optional(),
};

/** One final result of one channel; every word lies inside [startMs, endMs]. */
export const transcriptSegmentSchema = z.object({
  channel: channelSchema,
  startMs: ms,
  endMs: ms,
  /** `startMs` as a moment, from KVS producer time. */
  startTime: isoTime,
  ...readingShape,
  resultId: z.string(),
  /** Which Transcribe session of the call heard it, counted from 1. */
  sessionOrdinal: z.number().int().positive(),
  ...insightShape,
});
export type TranscriptSegment = z.infer<typeof transcriptSegmentSchema>;

/** What a segment to come looks like so far; its words only where some of them are stable. */
export type PartialSegment = Omit<TranscriptSegment, 'words'> &
  Partial<Pick<TranscriptSegment, 'words'>>;

/** Call Analytics: a category of the account's that the call has come to match. */
export const categorySchema = z.object({
  name: z.string(),
  /** Where; empty when the service does not say. */
  ranges: z.array(z.object({ startMs: ms, endMs: ms })),
  sessionOrdinal: z.number().int().positive(),
});
export type CategoryMatch = z.infer<typeof categorySchema>;

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
export const categoryEventSchema = z.object({ ...envelope, ...categorySchema.shape });
export const gapEventSchema = z.object({ ...envelope, ...gapSchema.shape });
export const completedEventSchema = z.object({ ...envelope, ...completedFactSchema.shape });
export const failedEventSchema = z.object({ ...envelope, ...failedFactSchema.shape });
/** Not part of the log: `seq` is null and `eventId` is `callId#resultId#n`. */
export const partialEventSchema = z.object({
  ...envelope,
  seq: z.null(),
  previousSeq: z.null(),
  ...transcriptSegmentSchema.partial({ words: true }).shape,
});

/** Detail schema of each event on the bus, by detail type. */
export const OUTPUT_EVENT_SCHEMAS = {
  [DETAIL_TYPES.started]: startedEventSchema,
  [DETAIL_TYPES.segment]: segmentEventSchema,
  [DETAIL_TYPES.partial]: partialEventSchema,
  [DETAIL_TYPES.gap]: gapEventSchema,
  [DETAIL_TYPES.category]: categoryEventSchema,
  [DETAIL_TYPES.completed]: completedEventSchema,
  [DETAIL_TYPES.failed]: failedEventSchema,
} as const;

/** Detail of `Transcription Stop Requested`: nothing after `endTime` is transcribed. */
export const stopRequestedSchema = z.object({
  schemaVersion: z.literal(1),
  callId: callIdSchema,
  endTime: z.iso.datetime({ offset: true }).optional(),
});

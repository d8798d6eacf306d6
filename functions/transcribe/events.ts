import type { Channel } from '../../shared/call';
import type { ErrorCode } from '../../shared/errors';
import type { CategoryMatch, Gap, PartialSegment, TranscriptSegment } from '../../shared/events';
import type { SessionEnd } from '../worker/transcribe/transcribe-item';

/** An interim result; the next one with the same `resultId`, or the final, takes its place. */
export interface PartialEvent extends PartialSegment {
  readonly type: 'partial';
}

/** A final result: it comes once and is not taken back. */
export interface FinalEvent extends TranscriptSegment {
  readonly type: 'final';
}

/** Audio that could not be heard, and why. */
export interface GapEvent extends Gap {
  readonly type: 'gap';
}

/** A category of Call Analytics that the call has come to match. */
export interface CategoryEvent extends CategoryMatch {
  readonly type: 'category';
}

/** A session with Amazon Transcribe is over, well or not; another one goes on where it failed. */
export interface SessionEvent {
  readonly type: 'session';
  /** Counted from 1. */
  readonly ordinal: number;
  readonly startMs: number;
  readonly endMs: number;
  /** What the service charges for: at least 15 s each. */
  readonly billedSeconds: number;
  readonly end: SessionEnd;
  /** Why it failed, for `end` `failed`. */
  readonly code?: ErrorCode;
}

/** The input has ended and all of it has been heard: the last event. */
export interface EndEvent {
  readonly type: 'end';
  /** Length of the audio. */
  readonly endMs: number;
  readonly channels: readonly Channel[];
  readonly finals: number;
  readonly gaps: number;
  readonly sessions: number;
  readonly billedSeconds: number;
}

/** All positions are milliseconds from the first sample of the input. */
export type TranscribeEvent =
  PartialEvent | FinalEvent | CategoryEvent | GapEvent | SessionEvent | EndEvent;
export type TranscribeEventType = TranscribeEvent['type'];
export type EventOf<Type extends TranscribeEventType> = Extract<TranscribeEvent, { type: Type }>;

import { z } from 'zod';

import {
  attributesSchema,
  callIdSchema,
  callOptionsSchema,
  channelSchema,
  guardSchema,
  legSchema,
} from './call';
import { CALLS } from './tables';

export const CALL_STATUSES = ['waiting', 'live', 'completed', 'failed'] as const;

/** What dispatch writes into a call's item, and nobody else. */
const dispatchFields = {
  /** Every leg there is, at most one per channel; a leg may be added or replaced at any time. */
  legs: z.array(legSchema).optional(),
  guard: guardSchema.optional(),
  options: callOptionsSchema.optional(),
  /** Audio after it is not the call's. Goes away again when the call's streaming begins anew. */
  endTime: z.iso.datetime({ offset: true }).optional(),
  /** When the call's last message was put into the queue. */
  requestedAt: z.iso.datetime().optional(),
  /** Starts of legs that the worker was told of, hashed. */
  starts: z.array(z.string()).optional(),
  /** The earliest end that was asked for, or that the contact had. */
  stopTime: z.iso.datetime().optional(),
  /** Stream ARN to when streaming of that leg ended. */
  legEnds: z.record(z.string(), z.iso.datetime()).optional(),
  /** When streaming of a leg failed; the event does not say of which. */
  failTimes: z.array(z.iso.datetime()).optional(),
  /** Counts dispatch's writes: two that come at once must not undo each other. */
  dispatchVersion: z.number().int().nonnegative().optional(),
};

/**
 * The item of one call in `Calls`: a view for finding and listing, written by the call's owner;
 * dispatch writes what a request and the events about a call say, which the owner copies into
 * the log. Nothing is decided by the other fields.
 */
export const callItemSchema = z.object({
  callId: callIdSchema,
  status: z.enum(CALL_STATUSES),
  /** When the first claim was written. */
  startedAt: z.iso.datetime().optional(),
  updatedAt: z.iso.datetime().optional(),
  /** Moment of timeline position 0. */
  startTime: z.iso.datetime().optional(),
  endMs: z.number().int().nonnegative().optional(),
  channels: z.array(channelSchema).optional(),
  segments: z.number().int().nonnegative().optional(),
  gaps: z.number().int().nonnegative().optional(),
  endReason: z.string().optional(),
  errorCode: z.string().optional(),
  /** Written by dispatch as more becomes known; the owner only fills it when it is empty. */
  attributes: attributesSchema.optional(),
  ...dispatchFields,
  /** `YYYY-MM-DD#shard`, key of the day index. */
  day: z.string().optional(),
});
export type CallItem = z.infer<typeof callItemSchema>;

/** Key of the day index: calls of one day are spread over a few partitions. */
export function dayKey(callId: string, startedAt: string): string {
  let hash = 0;
  for (let i = 0; i < callId.length; i++) hash = (hash * 31 + callId.charCodeAt(i)) >>> 0;
  return `${startedAt.slice(0, 10)}#${hash % CALLS.dayShards}`;
}

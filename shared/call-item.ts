import { z } from 'zod';

import {
  attributesSchema,
  callIdSchema,
  callOptionsSchema,
  channelSchema,
  legSchema,
} from './call';
import { CALLS } from './tables';

export const CALL_STATUSES = ['waiting', 'live', 'completed', 'failed'] as const;

/**
 * The item of one call in `Calls`: a view for finding and listing, written by the call's owner;
 * dispatch writes only `legs`, `options`, `attributes` and `endTime`, which the owner copies
 * into the log. Nothing is decided by the other fields.
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
  legs: z.array(legSchema).optional(),
  options: callOptionsSchema.optional(),
  attributes: attributesSchema.optional(),
  /** Set by dispatch when an end event comes: audio after it is not the call's. */
  endTime: z.iso.datetime({ offset: true }).optional(),
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

import { z } from 'zod';

import { callTranscribeShape, unknownOption } from './transcribe-options/schema';

/** Connect `ContactId`, Chime `transactionId`, or a requester's own id (dispatch prefixes `req:`). */
export const CALL_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

export const CHANNELS = ['caller', 'agent'] as const;
export const channelSchema = z.enum(CHANNELS);
/** One party of a call as it appears in transcripts. */
export type Channel = z.infer<typeof channelSchema>;

/** The track names that Amazon Connect gives the two parties (PROTOCOLS A3). */
export const CONNECT_TRACKS = {
  caller: 'AUDIO_FROM_CUSTOMER',
  agent: 'AUDIO_TO_CUSTOMER',
} as const satisfies Record<Channel, string>;

export const callIdSchema = z
  .string()
  .regex(CALL_ID_PATTERN, '1 to 128 characters of A-Z a-z 0-9 . _ : -');

/** KVS fragment numbers have 47 digits today; they are compared as BigInt, never as Number. */
export const fragmentNumberSchema = z.string().regex(/^\d{1,128}$/, 'a decimal fragment number');

export const legSchema = z.object({
  channel: channelSchema,
  streamArn: z
    .string()
    .regex(
      /^arn:[\w-]+:kinesisvideo:[\w-]+:\d{12}:stream\/[a-zA-Z0-9_.-]{1,256}\/\d+$/,
      'arn:aws:kinesisvideo:REGION:ACCOUNT:stream/NAME/CREATION_TIME',
    ),
  /** Name of the track inside the stream; may be left out when the stream has only one. */
  track: z.string().min(1).max(256).optional(),
  startFragmentNumber: fragmentNumberSchema.optional(),
  startTime: z.iso.datetime({ offset: true }).optional(),
});
/** Where one party's audio comes from: a KVS stream and a track inside it. */
export type Leg = z.infer<typeof legSchema>;

/** Fragments whose tag of this name has another value belong to another call. */
export const guardSchema = z.object({
  tag: z.string().min(1).max(128),
  value: z.string().min(1).max(256),
});
export type Guard = z.infer<typeof guardSchema>;

/**
 * Settings of a call: those of Transcribe (docs/options.md) and our own. Each by itself; what must
 * fit together is checked when all layers are merged. Unknown names are refused, so that a typing
 * error is not silence.
 */
export const callOptionsSchema = z.strictObject(
  {
    ...callTranscribeShape,
    /** Publish `Transcript Partial` events too. */
    partials: z.boolean().optional(),
    /** Suspend the Transcribe session while both channels stay silent. */
    suspendSilence: z.boolean().optional(),
    /** End the call after this many seconds without audio at the live edge. */
    idleLimitSeconds: z.number().int().min(10).max(86_400).optional(),
    maxDurationSeconds: z.number().int().min(10).max(604_800).optional(),
  },
  { error: unknownOption },
);
export type CallOptions = z.infer<typeof callOptionsSchema>;

export const attributesSchema = z.record(z.string().min(1).max(128), z.string().max(1024));
export type Attributes = z.infer<typeof attributesSchema>;

/** The message in the `calls` queue that asks for one call to be transcribed. */
export const callRequestSchema = z.object({
  schemaVersion: z.literal(1),
  callId: callIdSchema,
  legs: z
    .array(legSchema)
    .min(1)
    .max(2)
    .refine((legs) => new Set(legs.map((leg) => leg.channel)).size === legs.length, {
      message: 'each leg needs a channel of its own',
    }),
  guard: guardSchema.optional(),
  options: callOptionsSchema.optional(),
  attributes: attributesSchema.optional(),
});
export type CallRequest = z.infer<typeof callRequestSchema>;

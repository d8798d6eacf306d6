import { z } from 'zod';

import { callIdSchema, fragmentNumberSchema, legSchema } from './call';

/** What Amazon Connect sends us (PROTOCOLS B); only the members that are read are named. */

export const CONNECT_SOURCE = 'aws.connect';
export const CONTACT_DETAIL_TYPE = 'Amazon Connect Contact Event';

const optionalText = z.string().nullish();
const textMap = z.record(z.string(), z.string());
/** Milliseconds since the epoch, as text; thirteen digits until the year 2286. */
const epochMsText = z.string().regex(/^\d{1,15}$/, 'milliseconds since the epoch, as text');

/** Where the contact's audio is; both parties are tracks of one stream. */
export const connectAudioSchema = z.object({
  StreamARN: legSchema.shape.streamArn,
  StartFragmentNumber: fragmentNumberSchema.nullish(),
  StartTimestamp: epochMsText.nullish(),
  /** Present once streaming has been stopped. */
  StopTimestamp: epochMsText.nullish(),
});

/** The event of an "Invoke AWS Lambda function" block in a flow. */
export const connectFlowEventSchema = z.object({
  Name: z.literal('ContactFlowEvent'),
  Details: z.object({
    /** Set on the block itself; they outrank the contact's attributes. */
    Parameters: textMap.nullish(),
    ContactData: z.object({
      Attributes: textMap.nullish(),
      Channel: z.string(),
      ContactId: callIdSchema,
      InitialContactId: optionalText,
      InitiationMethod: optionalText,
      Queue: z.object({ ARN: optionalText, Name: optionalText }).nullish(),
      /** The number called. Rules about options may go by it; never stored. */
      SystemEndpoint: z.object({ Address: optionalText }).nullish(),
      /** Null until the flow has started media streaming. */
      MediaStreams: z
        .object({ Customer: z.object({ Audio: connectAudioSchema.nullish() }).nullish() })
        .nullish(),
    }),
  }),
});
export type ConnectFlowEvent = z.infer<typeof connectFlowEventSchema>;

/** Detail of a contact event. Unordered, best effort; event types are added without notice. */
export const contactEventSchema = z.object({
  eventType: z.string(),
  contactId: callIdSchema,
  initialContactId: optionalText,
  channel: optionalText,
  initiationMethod: optionalText,
  disconnectTimestamp: z.iso.datetime({ offset: true }).nullish(),
  queueInfo: z.object({ queueArn: optionalText }).nullish(),
  agentInfo: z.object({ agentArn: optionalText }).nullish(),
});
export type ContactEvent = z.infer<typeof contactEventSchema>;

import { z } from 'zod';

import { callIdSchema, fragmentNumberSchema, legSchema } from './call';

/** What an Amazon Chime SDK Voice Connector sends us (PROTOCOLS B), best effort and unordered. */

export const CHIME_SOURCE = 'aws.chime';
export const CHIME_DETAIL_TYPE = 'Chime VoiceConnector Streaming Status';

const time = z.iso.datetime({ offset: true });
/** SIP headers are customer data: stored only by allow-list. */
const headers = z.record(z.string(), z.unknown()).nullish();

const common = {
  /** The same in the events of both legs. */
  transactionId: callIdSchema,
  direction: z.string().nullish(),
};

/** One leg; each call has two of them, each with a stream of its own. */
const leg = {
  ...common,
  streamArn: legSchema.shape.streamArn,
  startFragmentNumber: fragmentNumberSchema.nullish(),
  startTime: time.nullish(),
  /** Absent with SIPREC metadata that is not standard. */
  isCaller: z.boolean().nullish(),
  /** Rules about options may go by the one on our side; never stored. */
  fromNumber: z.string().nullish(),
  toNumber: z.string().nullish(),
  sdp: z.object({ mediaIndex: z.union([z.number(), z.string()]).nullish() }).nullish(),
  inviteHeaders: headers,
};

export const chimeStatusSchema = z.discriminatedUnion('streamingStatus', [
  z.object({ streamingStatus: z.literal('STARTED'), ...leg }),
  z.object({ streamingStatus: z.literal('ENDED'), ...leg, endTime: time.nullish() }),
  z.object({ streamingStatus: z.literal('UPDATED'), ...common, updateHeaders: headers }),
  z.object({ streamingStatus: z.literal('FAILED'), ...common, failTime: time.nullish() }),
]);
export type ChimeStatus = z.infer<typeof chimeStatusSchema>;
export type ChimeLegStatus = Extract<ChimeStatus, { streamingStatus: 'STARTED' | 'ENDED' }>;

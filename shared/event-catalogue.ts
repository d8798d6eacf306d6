import { z } from 'zod';

import { callRequestSchema } from './call';
import { CHIME_DETAIL_TYPE, CHIME_SOURCE, chimeStatusSchema } from './chime-events';
import {
  CONNECT_SOURCE,
  CONTACT_DETAIL_TYPE,
  connectFlowEventSchema,
  contactEventSchema,
} from './connect-events';
import {
  DETAIL_TYPES,
  EVENT_SOURCE,
  INPUT_DETAIL_TYPES,
  OUTPUT_EVENT_SCHEMAS,
  stopRequestedSchema,
} from './events';

/** One kind of message that comes into callscribe or goes out of it. */
export interface CataloguedEvent {
  /** `events/NAME.schema.json` holds its schema. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly direction: 'in' | 'out';
  /** The whole message as its receiver sees it: for the bus the event with its envelope. */
  readonly schema: z.ZodType;
  /** `events/SAMPLE.json` for each. */
  readonly samples: readonly string[];
}

/** An event as EventBridge delivers it. */
export function busEventSchema<Source extends z.ZodType, Detail extends z.ZodType>(
  source: Source,
  detailType: string,
  detail: Detail,
) {
  return z.object({
    version: z.string(),
    id: z.string(),
    'detail-type': z.literal(detailType),
    source,
    account: z.string(),
    time: z.iso.datetime(),
    region: z.string(),
    resources: z.array(z.string()),
    detail,
  });
}

const anySource = z.string().min(1);

function ours(
  key: keyof typeof DETAIL_TYPES,
  name: string,
  description: string,
  samples: readonly string[] = [name],
): CataloguedEvent {
  const title = DETAIL_TYPES[key];
  const schema = busEventSchema(z.literal(EVENT_SOURCE), title, OUTPUT_EVENT_SCHEMAS[title]);
  return { name, title, description, direction: 'out', schema, samples };
}

/** Every message there is; `events/` holds their schemas and samples, docs/events.md their use. */
export const EVENT_CATALOGUE: readonly CataloguedEvent[] = [
  {
    name: 'call-request',
    title: 'Call request',
    description: 'Message in the calls queue that asks for one call to be transcribed.',
    direction: 'in',
    schema: callRequestSchema,
    samples: ['call-request', 'call-request-minimal'],
  },
  {
    name: 'transcription-requested',
    title: INPUT_DETAIL_TYPES.requested,
    description: 'Asks over the bus for one call to be transcribed; the detail is a call request.',
    direction: 'in',
    schema: busEventSchema(anySource, INPUT_DETAIL_TYPES.requested, callRequestSchema),
    samples: ['transcription-requested'],
  },
  {
    name: 'transcription-stop-requested',
    title: INPUT_DETAIL_TYPES.stopRequested,
    description: 'Ends a transcription: nothing that is said after endTime is transcribed.',
    direction: 'in',
    schema: busEventSchema(anySource, INPUT_DETAIL_TYPES.stopRequested, stopRequestedSchema),
    samples: ['transcription-stop-requested'],
  },
  {
    name: 'connect-flow-event',
    title: 'Amazon Connect flow event',
    description: 'A flow that has started media streaming invokes dispatch.',
    direction: 'in',
    schema: connectFlowEventSchema,
    samples: ['connect-flow-event'],
  },
  {
    name: 'connect-contact-event',
    title: CONTACT_DETAIL_TYPE,
    description: 'What happens to a contact: who answers it, and its end.',
    direction: 'in',
    schema: busEventSchema(z.literal(CONNECT_SOURCE), CONTACT_DETAIL_TYPE, contactEventSchema),
    samples: ['connect-contact-connected-to-agent', 'connect-contact-disconnected'],
  },
  {
    name: 'chime-streaming-status',
    title: CHIME_DETAIL_TYPE,
    description: 'A Voice Connector streams one leg of a call, or has stopped doing so.',
    direction: 'in',
    schema: busEventSchema(z.literal(CHIME_SOURCE), CHIME_DETAIL_TYPE, chimeStatusSchema),
    samples: [
      'chime-started-caller',
      'chime-started-agent',
      'chime-updated',
      'chime-ended-caller',
      'chime-ended-agent',
      'chime-failed',
    ],
  },
  ours('started', 'transcription-started', 'A call is being transcribed.'),
  ours('segment', 'transcript-segment', 'One final piece of what one party said.', [
    'transcript-segment',
    'transcript-segment-insights',
  ]),
  ours('partial', 'transcript-partial', 'What a segment to come looks like so far; not kept.'),
  ours('category', 'transcript-category', 'A category that the call has come to match.'),
  ours('gap', 'transcription-gap', 'A stretch of one channel that could not be heard.'),
  ours('completed', 'transcription-completed', 'A call has ended and all of it is in its log.'),
  ours('failed', 'transcription-failed', 'A call cannot be transcribed any further.'),
];

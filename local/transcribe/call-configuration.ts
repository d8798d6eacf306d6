import { z } from 'zod';

import { badRequest } from './service-exception';

export const ROLES = ['AGENT', 'CUSTOMER'] as const;
export type ParticipantRole = (typeof ROLES)[number];

/** PROTOCOLS C3. */
const configurationSchema = z.object({
  ChannelDefinitions: z
    .array(
      z.object({
        ChannelId: z.number('ChannelId must be 0 or 1').int().min(0).max(1),
        ParticipantRole: z.enum(ROLES, 'ParticipantRole must be AGENT or CUSTOMER'),
      }),
      'ChannelDefinitions is required',
    )
    .length(2, 'exactly two ChannelDefinitions are needed')
    .refine(([first, second]) => first?.ChannelId !== second?.ChannelId, 'a ChannelId is repeated')
    .refine(
      ([first, second]) => first?.ParticipantRole !== second?.ParticipantRole,
      'one channel must be AGENT and the other CUSTOMER',
    ),
  PostCallAnalyticsSettings: z
    .object({
      OutputLocation: z
        .string('OutputLocation is required')
        .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/, 'OutputLocation must be s3://…'),
      DataAccessRoleArn: z
        .string('DataAccessRoleArn is required')
        .regex(/^arn:[\w-]+:iam::\d{12}:role\/\S+$/, 'DataAccessRoleArn must be the ARN of a role'),
      ContentRedactionOutput: z
        .enum(
          ['redacted', 'redacted_and_unredacted'],
          'ContentRedactionOutput must be redacted or redacted_and_unredacted',
        )
        .nullish(),
      OutputEncryptionKMSKeyId: z.string().min(1).nullish(),
    })
    .nullish(),
});

/** The ConfigurationEvent of a Call Analytics stream, as it came. */
export type CallConfiguration = z.infer<typeof configurationSchema>;

/** Throws BadRequestException that names what is wrong. `redacts`: so the request's headers say. */
export function parseConfiguration(payload: Buffer, redacts: boolean): CallConfiguration {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch {
    throw badRequest('The ConfigurationEvent is not JSON.');
  }
  const parsed = configurationSchema.safeParse(json);
  if (!parsed.success) {
    throw badRequest(`ConfigurationEvent: ${parsed.error.issues[0]?.message ?? 'not valid'}`);
  }
  if (parsed.data.PostCallAnalyticsSettings?.ContentRedactionOutput && !redacts) {
    throw badRequest('ConfigurationEvent: ContentRedactionOutput needs content-redaction-type');
  }
  return parsed.data;
}

export const configurationMissing = () =>
  badRequest('A ConfigurationEvent must be sent before the audio.');

export const configurationLate = () =>
  badRequest('The ConfigurationEvent must be sent once, as the first event.');

import { z } from 'zod';

import { LANGUAGE_PATTERN as LANGUAGE } from './languages';
import { hintOf, TRANSCRIBE_OPTIONS } from './table';
import {
  CONTENT_TYPES,
  FILTER_METHODS,
  MAX_RESUME_WINDOW_MINUTES,
  MAX_SAMPLE_RATE_HZ,
  MEDIA_ENCODINGS,
  MIN_SAMPLE_RATE_HZ,
  PARTICIPANT_ROLES,
  PII_TYPES,
  REDACTION_OUTPUTS,
  STABILITIES,
  TRANSCRIPT_FORMATS,
} from './values';

const NAME = /^[0-9a-zA-Z._-]{1,200}$/;
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const S3_LOCATION = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/;
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const KMS_KEY = /^(arn:[\w-]+:kms:[\w-]+:\d{12}:)?(key\/|alias\/)?[\w/-]{1,256}$/;

const POST_CALL = 'callAnalytics.postCall';
const ROLES = 'callAnalytics.channelRoles';

export const callAnalyticsSchema = z.strictObject(
  {
    /** Which part each channel has in the call; caller CUSTOMER and agent AGENT when absent. */
    channelRoles: z
      .strictObject({
        caller: choice(`${ROLES}.caller`, PARTICIPANT_ROLES),
        agent: choice(`${ROLES}.agent`, PARTICIPANT_ROLES),
      })
      .optional(),
    /** Has the service analyse the whole call once more when it is over. */
    postCall: z
      .strictObject({
        outputLocation: text(`${POST_CALL}.outputLocation`, S3_LOCATION),
        dataAccessRoleArn: text(`${POST_CALL}.dataAccessRoleArn`, ROLE_ARN),
        contentRedactionOutput: choice(
          `${POST_CALL}.contentRedactionOutput`,
          REDACTION_OUTPUTS,
        ).optional(),
        outputEncryptionKmsKeyId: text(`${POST_CALL}.outputEncryptionKmsKeyId`, KMS_KEY).optional(),
      })
      .optional(),
  },
  { error: hintOf('callAnalytics') },
);
export type CallAnalyticsOptions = z.infer<typeof callAnalyticsSchema>;

/** Options that may be set for a deployment, by a rule and for a call. */
export const callTranscribeShape = {
  language: text('language', LANGUAGE).optional(),
  identifyLanguage: flag('identifyLanguage').optional(),
  identifyMultipleLanguages: flag('identifyMultipleLanguages').optional(),
  languageOptions: list('languageOptions', text('languageOptions', LANGUAGE)).optional(),
  preferredLanguage: text('preferredLanguage', LANGUAGE).optional(),
  vocabularyName: text('vocabularyName', NAME).optional(),
  vocabularyNames: list('vocabularyNames', text('vocabularyNames', NAME)).optional(),
  vocabularyFilterName: text('vocabularyFilterName', NAME).optional(),
  vocabularyFilterNames: list(
    'vocabularyFilterNames',
    text('vocabularyFilterNames', NAME),
  ).optional(),
  vocabularyFilterMethod: choice('vocabularyFilterMethod', FILTER_METHODS).optional(),
  languageModelName: text('languageModelName', NAME).optional(),
  contentIdentificationType: choice('contentIdentificationType', CONTENT_TYPES).optional(),
  contentRedactionType: choice('contentRedactionType', CONTENT_TYPES).optional(),
  piiEntityTypes: list('piiEntityTypes', choice('piiEntityTypes', PII_TYPES)).optional(),
  enablePartialResultsStabilization: flag('enablePartialResultsStabilization').optional(),
  partialResultsStability: choice('partialResultsStability', STABILITIES).optional(),
  showSpeakerLabel: flag('showSpeakerLabel').optional(),
  transcriptFormat: choice('transcriptFormat', TRANSCRIPT_FORMATS).optional(),
  sessionId: text('sessionId', UUID).optional(),
  sessionResumeWindow: whole('sessionResumeWindow', 1, MAX_RESUME_WINDOW_MINUTES).optional(),
  /** Present, be it empty: the session is one of Call Analytics. */
  callAnalytics: callAnalyticsSchema.optional(),
};

/** Options that follow from the audio: for those who bring their own. */
export const audioTranscribeShape = {
  sampleRateHz: whole('sampleRateHz', MIN_SAMPLE_RATE_HZ, MAX_SAMPLE_RATE_HZ).optional(),
  mediaEncoding: choice('mediaEncoding', MEDIA_ENCODINGS).optional(),
  enableChannelIdentification: flag('enableChannelIdentification').optional(),
  numberOfChannels: z.literal(2, { error: hintOf('numberOfChannels') }).optional(),
};

/** Every option of Transcribe by itself; checkTranscribeOptions holds what must fit together. */
export const transcribeOptionsSchema = z.strictObject(
  { ...callTranscribeShape, ...audioTranscribeShape },
  { error: unknownOption },
);
export type TranscribeOptions = z.infer<typeof transcribeOptionsSchema>;

/** Error of an options object as a whole: names what does not exist, and says why where it may. */
export function unknownOption(issue: { code?: string; keys?: unknown }): string {
  if (issue.code !== 'unrecognized_keys' || !Array.isArray(issue.keys)) {
    return 'must be an object of options, for example {"language":"en-GB"}';
  }
  return issue.keys.map(String).map(whyUnknown).join('; ');
}

function whyUnknown(key: string): string {
  const isOfAudio = TRANSCRIBE_OPTIONS.some(
    ({ path, scope }) => path[0] === key && scope === 'audio',
  );
  return isOfAudio
    ? `${key} follows from the call's stream and cannot be set for a call`
    : `${key.slice(0, 64)} is no option; docs/options.md lists them`;
}

function text(name: string, pattern: RegExp) {
  const error = hintOf(name);
  return z.string({ error }).regex(pattern, { error });
}

function flag(name: string) {
  return z.boolean({ error: hintOf(name) });
}

function choice<const T extends readonly string[]>(name: string, values: T) {
  return z.enum(values, { error: hintOf(name) });
}

function list<T extends z.ZodType>(name: string, item: T) {
  return z.array(item, { error: hintOf(name) }).min(1, { error: hintOf(name) });
}

function whole(name: string, min: number, max: number) {
  const error = hintOf(name);
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

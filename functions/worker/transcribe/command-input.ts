import type {
  CallAnalyticsLanguageCode,
  ConfigurationEvent,
  LanguageCode,
  StartCallAnalyticsStreamTranscriptionCommandInput,
  StartStreamTranscriptionCommandInput,
} from '@aws-sdk/client-transcribe-streaming';

import { CHANNELS, type Channel } from '../../../shared/call';
import type { TranscribeOptions } from '../../../shared/transcribe-options/schema';
import type { SessionSettings } from './session';
import { sessionIdOf } from './session-id';

type StreamInput = Omit<StartStreamTranscriptionCommandInput, 'AudioStream'>;
type CallAnalyticsInput = Omit<StartCallAnalyticsStreamTranscriptionCommandInput, 'AudioStream'>;
export type ParticipantRole = 'CUSTOMER' | 'AGENT';

/** Parts in a call when the options name none: the channels' own. */
const ROLES = { caller: 'CUSTOMER', agent: 'AGENT' } as const satisfies Record<
  Channel,
  ParticipantRole
>;

/**
 * Whether a session is one of Call Analytics. That needs both parties: as long as only one is
 * there, its words are transcribed without.
 */
export function isCallAnalytics({ options, channelCount }: SessionSettings): boolean {
  return options.callAnalytics !== undefined && channelCount === 2;
}

/** Members of StartStreamTranscription, without the audio (PROTOCOLS C1). */
export function commandInput(settings: SessionSettings): StreamInput {
  const { options } = settings;
  return {
    ...commonInput(settings),
    LanguageCode: languageOf(settings) as LanguageCode | undefined,
    PreferredLanguage: options.preferredLanguage as LanguageCode | undefined,
    IdentifyMultipleLanguages: options.identifyMultipleLanguages,
    SessionResumeWindow: options.sessionResumeWindow,
    TranscriptFormat: options.transcriptFormat,
    // Two channels are told apart already; the service refuses both together.
    ...(settings.channelCount === 2
      ? { EnableChannelIdentification: true, NumberOfChannels: 2 }
      : { ShowSpeakerLabel: options.showSpeakerLabel }),
  };
}

/** Members of StartCallAnalyticsStreamTranscription, without the audio (PROTOCOLS C3). */
export function callAnalyticsInput(settings: SessionSettings): CallAnalyticsInput {
  const { options } = settings;
  return {
    ...commonInput(settings),
    LanguageCode: languageOf(settings) as CallAnalyticsLanguageCode | undefined,
    PreferredLanguage: options.preferredLanguage as CallAnalyticsLanguageCode | undefined,
  };
}

/** What a session of Call Analytics is told before any audio. */
export function configurationOf({ options }: SessionSettings): ConfigurationEvent {
  const { postCall } = options.callAnalytics ?? {};
  return {
    ChannelDefinitions: rolesOf(options).map((role, index) => ({
      ChannelId: index,
      ParticipantRole: role,
    })),
    ...(postCall === undefined
      ? {}
      : {
          PostCallAnalyticsSettings: {
            OutputLocation: postCall.outputLocation,
            DataAccessRoleArn: postCall.dataAccessRoleArn,
            ContentRedactionOutput: postCall.contentRedactionOutput,
            OutputEncryptionKMSKeyId: postCall.outputEncryptionKmsKeyId,
          },
        }),
  };
}

/** Which part is whose, in the order in which the channels are sent. */
export function rolesOf({ callAnalytics }: TranscribeOptions): readonly ParticipantRole[] {
  return CHANNELS.map((channel) => callAnalytics?.channelRoles?.[channel] ?? ROLES[channel]);
}

/** What both operations have. Absent options are absent on the wire: the service's defaults hold. */
function commonInput(settings: SessionSettings) {
  const { options } = settings;
  return {
    MediaEncoding: options.mediaEncoding ?? 'pcm',
    MediaSampleRateHertz: settings.sampleRateHz,
    IdentifyLanguage: options.identifyLanguage,
    LanguageOptions: options.languageOptions?.join(','),
    SessionId: sessionIdOf(options.sessionId, settings.ordinal),
    VocabularyName: options.vocabularyName,
    VocabularyNames: options.vocabularyNames?.join(','),
    VocabularyFilterName: options.vocabularyFilterName,
    VocabularyFilterNames: options.vocabularyFilterNames?.join(','),
    VocabularyFilterMethod: options.vocabularyFilterMethod,
    LanguageModelName: options.languageModelName,
    EnablePartialResultsStabilization: options.enablePartialResultsStabilization,
    PartialResultsStability: options.partialResultsStability,
    ContentIdentificationType: options.contentIdentificationType,
    ContentRedactionType: options.contentRedactionType,
    PiiEntityTypes: options.piiEntityTypes?.join(','),
  } satisfies Partial<StreamInput>;
}

function languageOf({ options, language }: SessionSettings): string | undefined {
  const identifies =
    options.identifyLanguage === true || options.identifyMultipleLanguages === true;
  return identifies ? undefined : (options.language ?? language);
}

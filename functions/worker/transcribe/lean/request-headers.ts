/** Every member of the two operations that travels as a header, and its header (PROTOCOLS C1, C3). */
export const MEMBER_HEADERS = {
  MediaSampleRateHertz: 'sample-rate',
  MediaEncoding: 'media-encoding',
  LanguageCode: 'language-code',
  IdentifyLanguage: 'identify-language',
  IdentifyMultipleLanguages: 'identify-multiple-languages',
  LanguageOptions: 'language-options',
  PreferredLanguage: 'preferred-language',
  SessionId: 'session-id',
  SessionResumeWindow: 'session-resume-window',
  TranscriptFormat: 'transcript-format',
  EnableChannelIdentification: 'enable-channel-identification',
  NumberOfChannels: 'number-of-channels',
  ShowSpeakerLabel: 'show-speaker-label',
  EnablePartialResultsStabilization: 'enable-partial-results-stabilization',
  PartialResultsStability: 'partial-results-stability',
  ContentIdentificationType: 'content-identification-type',
  ContentRedactionType: 'content-redaction-type',
  PiiEntityTypes: 'pii-entity-types',
  VocabularyName: 'vocabulary-name',
  VocabularyNames: 'vocabulary-names',
  VocabularyFilterName: 'vocabulary-filter-name',
  VocabularyFilterNames: 'vocabulary-filter-names',
  VocabularyFilterMethod: 'vocabulary-filter-method',
  LanguageModelName: 'language-model-name',
} as const;

type Member = keyof typeof MEMBER_HEADERS;

/** Members of a request, as the SDK's commands take them. */
export type RequestMembers = { readonly [K in Member]?: string | number | boolean };

/** The members' headers; absent members have none. */
export function memberHeaders(members: RequestMembers): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const member of Object.keys(MEMBER_HEADERS) as Member[]) {
    const value = members[member];
    if (value === undefined || value === null) continue;
    headers[`x-amzn-transcribe-${MEMBER_HEADERS[member]}`] = String(value);
  }
  return headers;
}

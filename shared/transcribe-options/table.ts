import {
  CONTENT_TYPES,
  FILTER_METHODS,
  MEDIA_ENCODINGS,
  PARTICIPANT_ROLES,
  PII_TYPES,
  REDACTION_OUTPUTS,
  STABILITIES,
  TRANSCRIPT_FORMATS,
} from './values';

/** What a value is made of: a list is comma-separated where it has to be one text. */
export type OptionKind = 'text' | 'flag' | 'number' | 'list';

/** One option of Transcribe; docs/options.md shows this table. */
export interface TranscribeOption {
  /** Where it stands in the options object; joined by dots it is the option's name. */
  readonly path: readonly string[];
  /** Member of the service's request. */
  readonly member: string;
  /** Suffix of its header after `x-amzn-transcribe-`; absent where it travels in another way. */
  readonly header?: string;
  readonly kind: OptionKind;
  /** Values that there are, where they are a closed set. */
  readonly allowed?: readonly string[];
  readonly description: string;
  /** What must hold; completes the sentence "NAME must be …" or stands for itself. */
  readonly rule: string;
  readonly example: string | number | boolean | readonly string[] | object;
  /**
   * `audio`: follows from the audio, and is for those who bring their own (`transcribe`); for a
   * call it follows from the stream.
   */
  readonly scope: 'call' | 'audio';
  /** Whether Call Analytics has it, too. */
  readonly inCallAnalytics: boolean;
}

const NAME_RULE = '1 to 200 characters of 0-9 a-z A-Z . _ -';
const NAMES_RULE = `names of ${NAME_RULE}, 3000 characters in all`;

/** Every member of StartStreamTranscription and StartCallAnalyticsStreamTranscription. */
export const TRANSCRIBE_OPTIONS: readonly TranscribeOption[] = [
  option('language', 'LanguageCode', 'language-code', 'text', {
    description: 'The language that is spoken.',
    rule: 'a language code of Amazon Transcribe',
    example: 'en-GB',
  }),
  option('identifyLanguage', 'IdentifyLanguage', 'identify-language', 'flag', {
    description: 'Find out which one of languageOptions is spoken.',
    rule: 'true or false',
    example: true,
  }),
  option(
    'identifyMultipleLanguages',
    'IdentifyMultipleLanguages',
    'identify-multiple-languages',
    'flag',
    {
      description: 'Follow speakers who change between languageOptions.',
      rule: 'true or false',
      example: true,
      inCallAnalytics: false,
    },
  ),
  option('languageOptions', 'LanguageOptions', 'language-options', 'list', {
    description: 'The languages to choose from; more than five are not advised.',
    rule: 'two or more language codes, one dialect per language',
    example: ['en-GB', 'de-DE'],
  }),
  option('preferredLanguage', 'PreferredLanguage', 'preferred-language', 'text', {
    description: 'The likeliest of languageOptions: it is found sooner.',
    rule: 'one of languageOptions',
    example: 'en-GB',
  }),
  option('vocabularyName', 'VocabularyName', 'vocabulary-name', 'text', {
    description: 'Custom vocabulary.',
    rule: NAME_RULE,
    example: 'product-names',
  }),
  option('vocabularyNames', 'VocabularyNames', 'vocabulary-names', 'list', {
    description: 'Custom vocabularies, one per language, when the language is identified.',
    rule: NAMES_RULE,
    example: ['product-names-en', 'product-names-de'],
  }),
  option('vocabularyFilterName', 'VocabularyFilterName', 'vocabulary-filter-name', 'text', {
    description: 'Vocabulary filter: words that are masked, removed or tagged.',
    rule: NAME_RULE,
    example: 'profanity',
  }),
  option('vocabularyFilterNames', 'VocabularyFilterNames', 'vocabulary-filter-names', 'list', {
    description: 'Vocabulary filters, one per language, when the language is identified.',
    rule: NAMES_RULE,
    example: ['profanity-en', 'profanity-de'],
  }),
  option('vocabularyFilterMethod', 'VocabularyFilterMethod', 'vocabulary-filter-method', 'text', {
    description: 'What happens to the words of a filter.',
    rule: `one of ${FILTER_METHODS.join(', ')}`,
    allowed: FILTER_METHODS,
    example: 'mask',
  }),
  option('languageModelName', 'LanguageModelName', 'language-model-name', 'text', {
    description: 'Custom language model; ignored by the service when its language is another.',
    rule: NAME_RULE,
    example: 'support-calls',
  }),
  option(
    'contentIdentificationType',
    'ContentIdentificationType',
    'content-identification-type',
    'text',
    {
      description: 'Mark personal data in final segments: entities with their place and type.',
      rule: 'PII',
      allowed: CONTENT_TYPES,
      example: 'PII',
    },
  ),
  option('contentRedactionType', 'ContentRedactionType', 'content-redaction-type', 'text', {
    description: 'Replace personal data in final segments by its type.',
    rule: 'PII',
    allowed: CONTENT_TYPES,
    example: 'PII',
  }),
  option('piiEntityTypes', 'PiiEntityTypes', 'pii-entity-types', 'list', {
    description: 'Which personal data is meant; all when absent.',
    rule: 'types of personal data, 300 characters in all, or ALL alone',
    allowed: PII_TYPES,
    example: ['NAME', 'PHONE'],
  }),
  option(
    'enablePartialResultsStabilization',
    'EnablePartialResultsStabilization',
    'enable-partial-results-stabilization',
    'flag',
    {
      description: 'Words of partial results become stable one by one.',
      rule: 'true or false',
      example: true,
    },
  ),
  option(
    'partialResultsStability',
    'PartialResultsStability',
    'partial-results-stability',
    'text',
    {
      description: 'How soon words become stable, at the expense of accuracy.',
      rule: `one of ${STABILITIES.join(', ')}`,
      allowed: STABILITIES,
      example: 'high',
    },
  ),
  option('showSpeakerLabel', 'ShowSpeakerLabel', 'show-speaker-label', 'flag', {
    description: 'Tell speakers on one channel apart.',
    rule: 'true or false',
    example: true,
    inCallAnalytics: false,
  }),
  option('transcriptFormat', 'TranscriptFormat', 'transcript-format', 'text', {
    description: 'Numbers and dates as they are written, or word for word as spoken.',
    rule: `one of ${TRANSCRIPT_FORMATS.join(', ')}`,
    allowed: TRANSCRIPT_FORMATS,
    example: 'written',
    inCallAnalytics: false,
  }),
  option('sessionId', 'SessionId', 'session-id', 'text', {
    description:
      "Id of the call's first Transcribe session; the ids of later ones are derived from it.",
    rule: 'a UUID of 36 characters',
    example: '7d1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11',
  }),
  option('sessionResumeWindow', 'SessionResumeWindow', 'session-resume-window', 'number', {
    description: 'Minutes from its start in which a session may be resumed by its id.',
    rule: 'a whole number of minutes from 1 to 300',
    example: 30,
    inCallAnalytics: false,
  }),
  option('sampleRateHz', 'MediaSampleRateHertz', 'sample-rate', 'number', {
    description: 'Samples per second of the audio.',
    rule: 'a whole number from 8000 to 48000, as the audio is',
    example: 8000,
    scope: 'audio',
  }),
  option('mediaEncoding', 'MediaEncoding', 'media-encoding', 'text', {
    description: 'How the audio is encoded; pcm is 16-bit little-endian without a WAV header.',
    rule: `one of ${MEDIA_ENCODINGS.join(', ')}, as the audio is`,
    allowed: MEDIA_ENCODINGS,
    example: 'pcm',
    scope: 'audio',
  }),
  option(
    'enableChannelIdentification',
    'EnableChannelIdentification',
    'enable-channel-identification',
    'flag',
    {
      description: 'Transcribe both channels apart; always on for audio of two channels.',
      rule: 'true or false',
      example: true,
      scope: 'audio',
      inCallAnalytics: false,
    },
  ),
  option('numberOfChannels', 'NumberOfChannels', 'number-of-channels', 'number', {
    description: 'Channels of the audio, with enableChannelIdentification.',
    rule: '2',
    example: 2,
    scope: 'audio',
    inCallAnalytics: false,
  }),
  analytics([], 'ChannelDefinitions', 'flag', {
    description: 'Use Call Analytics: sentiment, issues and categories. For two channels.',
    rule: 'an object of its settings, which may be empty',
    example: {},
  }),
  analytics(['channelRoles', 'caller'], 'ChannelDefinitions', 'text', {
    description: 'Part of the caller in the call; CUSTOMER when absent.',
    rule: `one of ${PARTICIPANT_ROLES.join(', ')}`,
    allowed: PARTICIPANT_ROLES,
    example: 'CUSTOMER',
  }),
  analytics(['channelRoles', 'agent'], 'ChannelDefinitions', 'text', {
    description: 'Part of the agent in the call; AGENT when absent.',
    rule: `one of ${PARTICIPANT_ROLES.join(', ')}`,
    allowed: PARTICIPANT_ROLES,
    example: 'AGENT',
  }),
  analytics(['postCall', 'outputLocation'], 'OutputLocation', 'text', {
    description: 'Where the service stores its analysis after the call.',
    rule: 'an S3 location',
    example: 's3://example-bucket/calls/',
  }),
  analytics(['postCall', 'dataAccessRoleArn'], 'DataAccessRoleArn', 'text', {
    description: 'Role with which the service writes there.',
    rule: 'the ARN of an IAM role',
    example: 'arn:aws:iam::111122223333:role/PostCall',
  }),
  analytics(['postCall', 'contentRedactionOutput'], 'ContentRedactionOutput', 'text', {
    description: 'Store the redacted text only, or both; with contentRedactionType.',
    rule: `one of ${REDACTION_OUTPUTS.join(', ')}`,
    allowed: REDACTION_OUTPUTS,
    example: 'redacted',
  }),
  analytics(['postCall', 'outputEncryptionKmsKeyId'], 'OutputEncryptionKMSKeyId', 'text', {
    description: 'KMS key for what is stored: its id, alias or ARN.',
    rule: 'the id, alias or ARN of a KMS key',
    example: 'alias/call-analytics',
  }),
];

const BY_NAME = new Map(TRANSCRIBE_OPTIONS.map((row) => [optionName(row), row]));

/** `callAnalytics.postCall.outputLocation`. */
export function optionName({ path }: TranscribeOption): string {
  return path.join('.');
}

/** Throws for a name that no option has. */
export function optionNamed(name: string): TranscribeOption {
  const row = BY_NAME.get(name);
  if (row === undefined) throw new TypeError(`no option is named ${name}`);
  return row;
}

/** What would be right for an option: its rule and a valid example. */
export function hintOf(name: string): string {
  const { rule, example } = optionNamed(name);
  return `must be ${rule}, for example ${JSON.stringify(example)}`;
}

type Described = Pick<TranscribeOption, 'description' | 'rule' | 'example' | 'allowed'> &
  Partial<Pick<TranscribeOption, 'scope' | 'inCallAnalytics'>>;

function option(
  name: string,
  member: string,
  header: string,
  kind: OptionKind,
  described: Described,
): TranscribeOption {
  return { path: [name], member, header, kind, scope: 'call', inCallAnalytics: true, ...described };
}

/** Options that travel in the ConfigurationEvent of Call Analytics. */
function analytics(
  path: readonly string[],
  member: string,
  kind: OptionKind,
  described: Described,
): TranscribeOption {
  const place = ['callAnalytics', ...path];
  return { path: place, member, kind, scope: 'call', inCallAnalytics: true, ...described };
}

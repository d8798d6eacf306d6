import type { Operation } from '../../../local/transcribe/operations';
import { HEADER_PREFIX, parseRequestHeaders } from '../../../local/transcribe/request-headers';

type Members = Record<string, string | undefined>;

const BASE = { 'sample-rate': '8000', 'media-encoding': 'pcm', 'language-code': 'en-US' };
const IDENTIFY = {
  'language-code': undefined,
  'identify-language': 'true',
  'language-options': 'en-US,de-DE',
};
const MANY = {
  'language-code': undefined,
  'identify-multiple-languages': 'true',
  'language-options': 'en-US,de-DE,fr-FR',
};

function parse(members: Members, operation?: Operation) {
  const given = Object.entries({ ...BASE, ...members })
    .filter(([, value]) => value !== undefined)
    .map(([suffix, value]) => [HEADER_PREFIX + suffix, value]);
  return parseRequestHeaders(Object.fromEntries(given) as Record<string, string>, operation);
}

const badRequest = (message: string): Error =>
  expect.objectContaining({
    name: 'BadRequestException',
    message: expect.stringContaining(message) as unknown,
  }) as Error;

describe('parseRequestHeaders', () => {
  it('takes the least that a request may hold', () => {
    expect(parse({})).toEqual({
      operation: 'StartStreamTranscription',
      sampleRateHz: 8000,
      encoding: 'pcm',
      channelIds: [undefined],
      languageCode: 'en-US',
      languageOptions: [],
      identifiesMultiple: false,
      speakerLabels: false,
      filterNames: [],
      filterMethod: 'mask',
      echo: {
        'x-amzn-transcribe-sample-rate': '8000',
        'x-amzn-transcribe-media-encoding': 'pcm',
        'x-amzn-transcribe-language-code': 'en-US',
      },
    });
  });

  it.each<[string, Members]>([
    [
      'a known language',
      {
        'session-id': '01234567-89ab-cdef-0123-456789abcdef',
        'session-resume-window': '300',
        'transcript-format': 'spoken',
        'enable-channel-identification': 'true',
        'number-of-channels': '2',
        'show-speaker-label': 'false',
        'enable-partial-results-stabilization': 'true',
        'partial-results-stability': 'low',
        'content-redaction-type': 'PII',
        'pii-entity-types': 'NAME,PHONE',
        'vocabulary-name': 'words_1',
        'vocabulary-filter-name': 'filter.1',
        'vocabulary-filter-method': 'mask',
        'language-model-name': 'model-1',
      },
    ],
    [
      'one language to identify',
      {
        ...IDENTIFY,
        'preferred-language': 'de-DE',
        'vocabulary-names': 'a,b',
        'vocabulary-filter-names': 'c,d',
        'content-identification-type': 'PII',
        'pii-entity-types': 'ALL',
      },
    ],
    ['several languages to identify', { ...MANY, 'show-speaker-label': 'true' }],
  ])('takes and echoes every member of a request with %s', (_what, members) => {
    const given = Object.entries({ ...BASE, ...members }).filter(([, value]) => value);

    const { echo } = parse(members);

    expect(echo).toEqual(
      Object.fromEntries(given.map(([suffix, value]) => [HEADER_PREFIX + suffix, value])),
    );
  });

  it('reads what the results are to show', () => {
    const settings = parse({
      ...MANY,
      'enable-partial-results-stabilization': 'true',
      'partial-results-stability': 'low',
      'vocabulary-filter-names': 'a,b',
      'vocabulary-filter-method': 'tag',
      'content-identification-type': 'PII',
      'pii-entity-types': 'NAME, PHONE',
      'show-speaker-label': 'true',
      'transcript-format': 'spoken',
      'session-resume-window': '30',
    });

    expect(settings).toMatchObject({
      languageOptions: ['en-US', 'de-DE', 'fr-FR'],
      identifiesMultiple: true,
      unstableWords: 4,
      filterNames: ['a', 'b'],
      filterMethod: 'tag',
      pii: { redacts: false, types: ['NAME', 'PHONE'] },
      speakerLabels: true,
      transcriptFormat: 'spoken',
      resumeWindowMinutes: 30,
    });
  });

  it.each(['pcm', 'ogg-opus', 'flac', 'g711-alaw', 'g711-ulaw', 'g729'])('takes %s', (encoding) => {
    expect(parse({ 'media-encoding': encoding }).encoding).toBe(encoding);
  });

  it('hears the preferred of several languages, or the first', () => {
    expect(parse(IDENTIFY).languageCode).toBe('en-US');
    expect(parse({ ...IDENTIFY, 'preferred-language': 'de-DE' }).languageCode).toBe('de-DE');
  });

  it('takes and echoes booleans in any case', () => {
    const { speakerLabels, echo } = parse({ 'show-speaker-label': 'True' });

    expect(speakerLabels).toBe(true);
    expect(echo['x-amzn-transcribe-show-speaker-label']).toBe('true');
  });

  it('ignores headers of no member', () => {
    expect(parse({ 'no-such-member': 'x' }).echo).not.toHaveProperty([
      'x-amzn-transcribe-no-such-member',
    ]);
  });

  it.each<[string, Members]>([
    ['sample-rate is required', { 'sample-rate': undefined }],
    ['sample-rate must be an integer', { 'sample-rate': '7999' }],
    ['sample-rate must be an integer', { 'sample-rate': '48001' }],
    ['sample-rate must be an integer', { 'sample-rate': '8000.5' }],
    ['media-encoding is required', { 'media-encoding': undefined }],
    ['media-encoding must be one of', { 'media-encoding': 'mp3' }],
    ['exactly one of', { 'language-code': undefined }],
    ['exactly one of', { 'identify-language': 'true', 'language-options': 'en-US,de-DE' }],
    ['exactly one of', { ...IDENTIFY, 'identify-multiple-languages': 'true' }],
    ['language-code must be one of', { 'language-code': 'xx-XX' }],
    ['identify-language must be true or false', { 'identify-language': 'yes' }],
    ['two languages', { 'language-code': undefined, 'identify-language': 'true' }],
    ['two languages', { ...MANY, 'language-options': 'en-US' }],
    ['one dialect', { ...IDENTIFY, 'language-options': 'en-US,en-GB' }],
    ['unknown language', { ...IDENTIFY, 'language-options': 'en-US,xx-XX' }],
    ['language-options must be of the form', { ...IDENTIFY, 'language-options': 'en-US,' }],
    ['language-options needs', { 'language-options': 'en-US,de-DE' }],
    ['language model or redaction', { ...IDENTIFY, 'language-model-name': 'model' }],
    ['language model or redaction', { ...MANY, 'content-redaction-type': 'PII' }],
    ['preferred-language must be one of language-options', { 'preferred-language': 'en-US' }],
    [
      'preferred-language must be one of language-options',
      { ...IDENTIFY, 'preferred-language': 'fr-FR' },
    ],
    [
      'preferred-language must be one of language-options',
      { ...MANY, 'preferred-language': 'fr-FR' },
    ],
    ['session-id must be', { 'session-id': 'call-1' }],
    ['session-resume-window must', { 'session-resume-window': '301' }],
    ['session-resume-window must', { 'session-resume-window': '0' }],
    ['transcript-format must be one of', { 'transcript-format': 'WRITTEN' }],
    ['go together', { 'enable-channel-identification': 'true' }],
    ['go together', { 'number-of-channels': '2' }],
    ['number-of-channels must', { 'number-of-channels': '1' }],
    [
      'show-speaker-label does not go with',
      {
        'show-speaker-label': 'true',
        'enable-channel-identification': 'true',
        'number-of-channels': '2',
      },
    ],
    ['partial-results-stability must', { 'partial-results-stability': 'highest' }],
    ['content-redaction-type must', { 'content-redaction-type': 'PHI' }],
    [
      'exclude each other',
      { 'content-identification-type': 'PII', 'content-redaction-type': 'PII' },
    ],
    ['pii-entity-types needs', { 'pii-entity-types': 'ALL' }],
    [
      'pii-entity-types must be ALL or of',
      { 'content-redaction-type': 'PII', 'pii-entity-types': 'NAME,SHOE_SIZE' },
    ],
    [
      'pii-entity-types must be of the form',
      { 'content-redaction-type': 'PII', 'pii-entity-types': 'NAME,'.repeat(60) + 'NAME' },
    ],
    ['need language identification', { 'vocabulary-names': 'a,b' }],
    ['need language identification', { 'vocabulary-filter-names': 'a,b' }],
    ['with language identification give', { ...IDENTIFY, 'vocabulary-name': 'a' }],
    ['with language identification give', { ...MANY, 'vocabulary-filter-name': 'a' }],
    ['vocabulary-name must', { 'vocabulary-name': 'a b' }],
    ['vocabulary-name must', { 'vocabulary-name': 'a'.repeat(201) }],
    ['each vocabulary', { ...IDENTIFY, 'vocabulary-names': 'a,,b' }],
    ['each vocabulary', { ...IDENTIFY, 'vocabulary-filter-names': `a,${'b'.repeat(201)}` }],
    ['vocabulary-names must', { ...IDENTIFY, 'vocabulary-names': 'a,'.repeat(1501) }],
    ['vocabulary-filter-method must', { 'vocabulary-filter-method': 'hide' }],
    ['language-model-name must', { 'language-model-name': 'ä' }],
  ])('refuses: %s (%j)', (message, members) => {
    expect(() => parse(members)).toThrow(badRequest(message));
  });
});

describe('parseRequestHeaders of Call Analytics', () => {
  const parseCall = (members: Members) => parse(members, 'StartCallAnalyticsStreamTranscription');

  it('always has two channels', () => {
    expect(parseCall({}).channelIds).toEqual(['ch_0', 'ch_1']);
  });

  it('takes identification, vocabularies and PII', () => {
    const members = {
      ...IDENTIFY,
      'vocabulary-filter-names': 'a',
      'content-identification-type': 'PII',
      'pii-entity-types': 'NAME',
    };

    expect(parseCall(members)).toMatchObject({ filterNames: ['a'], pii: { types: ['NAME'] } });
  });

  it.each<[string, Members]>([
    ['show-speaker-label is no member', { 'show-speaker-label': 'true' }],
    ['enable-channel-identification is no', { 'enable-channel-identification': 'true' }],
    ['number-of-channels is no member', { 'number-of-channels': '2' }],
    ['identify-multiple-languages is no', { 'identify-multiple-languages': 'true' }],
    ['session-resume-window is no member', { 'session-resume-window': '5' }],
    ['transcript-format is no member', { 'transcript-format': 'written' }],
    ['language-code must be one of en-US, en-GB', { 'language-code': 'nl-NL' }],
    ['unknown language', { ...IDENTIFY, 'language-options': 'en-US,nl-NL' }],
    ['exactly one of language-code and identify-language', { 'language-code': undefined }],
    [
      'pii-entity-types must be ALL or of',
      { 'content-redaction-type': 'PII', 'pii-entity-types': 'AGE' },
    ],
  ])('refuses: %s (%j)', (message, members) => {
    expect(() => parseCall(members)).toThrow(badRequest(message));
  });
});

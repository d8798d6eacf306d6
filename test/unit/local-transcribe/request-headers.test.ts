import { HEADER_PREFIX, parseRequestHeaders } from '../../../local/transcribe/request-headers';

const BASE = { 'sample-rate': '8000', 'media-encoding': 'pcm', 'language-code': 'en-US' };

function parse(members: Record<string, string | undefined>) {
  const given = Object.entries({ ...BASE, ...members })
    .filter(([, value]) => value !== undefined)
    .map(([suffix, value]) => [HEADER_PREFIX + suffix, value]);
  return parseRequestHeaders(Object.fromEntries(given) as Record<string, string>);
}

describe('parseRequestHeaders', () => {
  it('takes the least that a request may hold', () => {
    expect(parse({})).toEqual({
      sessionId: undefined,
      sampleRateHz: 8000,
      channelIds: [undefined],
      languageCode: 'en-US',
      languageIdentified: false,
      unstableWords: undefined,
      echo: {
        'x-amzn-transcribe-sample-rate': '8000',
        'x-amzn-transcribe-media-encoding': 'pcm',
        'x-amzn-transcribe-language-code': 'en-US',
      },
    });
  });

  it('takes every member and echoes it', () => {
    const members = {
      ...BASE,
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
    };

    const settings = parse(members);

    expect(settings).toMatchObject({ channelIds: ['ch_0', 'ch_1'], unstableWords: 4 });
    expect(Object.keys(settings.echo)).toHaveLength(Object.keys(members).length);
  });

  it('hears the preferred of several languages, or the first', () => {
    const identify = {
      'language-code': undefined,
      'identify-language': 'true',
      'language-options': 'en-US,de-DE',
    };

    expect(parse(identify)).toMatchObject({ languageCode: 'en-US', languageIdentified: true });
    expect(parse({ ...identify, 'preferred-language': 'de-DE' }).languageCode).toBe('de-DE');
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['sample-rate is required', { 'sample-rate': undefined }],
    ['sample-rate must be an integer', { 'sample-rate': '7999' }],
    ['sample-rate must be an integer', { 'sample-rate': '48001' }],
    ['sample-rate must be an integer', { 'sample-rate': '8000.5' }],
    ['media-encoding is required', { 'media-encoding': undefined }],
    ['media-encoding must be one of', { 'media-encoding': 'mp3' }],
    ['media-encoding flac is not supported', { 'media-encoding': 'flac' }],
    ['media-encoding ogg-opus is not supported', { 'media-encoding': 'ogg-opus' }],
    ['exactly one of', { 'language-code': undefined }],
    ['exactly one of', { 'identify-language': 'true', 'language-options': 'en-US,de-DE' }],
    ['language-code must be one of', { 'language-code': 'xx-XX' }],
    ['identify-language must be true or false', { 'identify-language': 'yes' }],
    ['two languages', { 'language-code': undefined, 'identify-language': 'true' }],
    ['one dialect', { 'language-options': 'en-US,en-GB' }],
    ['unknown language', { 'language-options': 'en-US,xx-XX' }],
    ['preferred-language must', { 'preferred-language': 'en-US' }],
    ['session-id must be', { 'session-id': 'call-1' }],
    ['session-resume-window must', { 'session-resume-window': '301' }],
    ['go together', { 'enable-channel-identification': 'true' }],
    ['go together', { 'number-of-channels': '2' }],
    ['number-of-channels must', { 'number-of-channels': '1' }],
    ['partial-results-stability must', { 'partial-results-stability': 'highest' }],
    [
      'exclude each other',
      { 'content-identification-type': 'PII', 'content-redaction-type': 'PII' },
    ],
    ['pii-entity-types needs', { 'pii-entity-types': 'ALL' }],
    ['need language identification', { 'vocabulary-names': 'a,b' }],
    ['vocabulary-name must', { 'vocabulary-name': 'a b' }],
  ])('refuses: %s (%j)', (message, members) => {
    const expected = { name: 'BadRequestException', message: expect.stringContaining(message) };

    expect(() => parse(members)).toThrow(expect.objectContaining(expected));
  });
});

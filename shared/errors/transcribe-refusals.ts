import type { Failure } from './failure';

const services = ['transcribe'] as const;
const BAD_REQUEST = /^BadRequestException$/;
/** Names for a request that cannot be read; the text says which member. */
const REFUSED = /^(BadRequest|Serialization|Validation)Exception$/;

/** Audio and options that Amazon Transcribe does not take (PROTOCOLS C1, C3, D): no retry heals. */
export const TRANSCRIBE_REFUSALS: readonly Failure[] = [
  {
    id: 'transcribe-undecodable-audio',
    seenAs: [
      'BadRequestException: The data is corrupted.',
      'BadRequestException: We could not decode the audio stream that you provided.',
    ],
    code: 'bad-audio',
    services,
    name: BAD_REQUEST,
    text: /data is corrupted|could not decode|cannot be decoded|decod(e|ing).*audio|invalid (pcm|audio)/i,
    what: 'the audio could not be decoded',
    cause:
      'the bytes are not what the media encoding says: a WAV header in `pcm`, a chunk that ends inside a sample, big-endian samples, or another codec',
    cure: 'send 16-bit little-endian PCM without a header for `pcm`, whole Ogg pages for `ogg-opus`, a FLAC stream for `flac`',
    retryable: false,
  },
  {
    id: 'transcribe-websocket-frame',
    seenAs: ['BadRequestException: Unexpected WebSocket frame received.'],
    code: 'session-refused',
    services,
    name: BAD_REQUEST,
    text: /unexpected websocket frame/i,
    what: 'a WebSocket frame was not an event-stream message',
    cause: 'audio was sent as bare bytes or text to the WebSocket endpoint',
    cure: 'wrap each chunk into an event-stream message, or use HTTP/2 as callscribe does',
    retryable: false,
  },
  {
    id: 'transcribe-sample-rate',
    seenAs: ['BadRequestException: … sample rate …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /sample.?rate/i,
    what: 'the sample rate was refused',
    cause:
      'it is outside 8,000 to 48,000 Hz (Call Analytics and some languages take fewer), or no whole number',
    cure: 'give the rate that the audio really has, 8000 for telephone calls; a rate that is legal but wrong is not refused, its transcript is nonsense',
    retryable: false,
  },
  {
    id: 'transcribe-encoding',
    seenAs: ['BadRequestException: … media encoding …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /media.?encoding|\bencoding\b/i,
    what: 'the media encoding was refused',
    cause: 'it is none of those that the service takes',
    cure: 'use `pcm`, `ogg-opus` or `flac`; transcode mu-law and A-law to `pcm` (callscribe does)',
    retryable: false,
  },
  {
    id: 'transcribe-vocabulary',
    seenAs: ['BadRequestException: … vocabulary …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /vocabular/i,
    what: 'a vocabulary or vocabulary filter was refused',
    cause:
      'it does not exist in this region and account, is not READY, has another language, or its name is malformed; plural names go only with language identification',
    cure: 'check name, state, language and region with `aws transcribe get-vocabulary` or `get-vocabulary-filter`',
    retryable: false,
  },
  {
    id: 'transcribe-language-model',
    seenAs: ['BadRequestException: … language model …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /language.?model/i,
    what: 'the custom language model was refused',
    cause:
      'it does not exist in this region, is not trained yet, or is combined with language identification',
    cure: 'check it with `aws transcribe describe-language-model`, and name the language with `languageCode`',
    retryable: false,
  },
  {
    id: 'transcribe-pii',
    seenAs: ['BadRequestException: … PII … redaction …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /redact|\bpii\b|pii-|piientity|content.?identification/i,
    what: 'the identification or redaction of personal data was refused',
    cause:
      'both are asked for together, with language identification, for a language without them, or entity types are given without either',
    cure: 'ask for one of `contentIdentificationType` and `contentRedactionType`, in US English, with entity types of docs/options.md',
    retryable: false,
  },
  {
    id: 'transcribe-language',
    seenAs: ['BadRequestException: … language code …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /language|dialect/i,
    what: 'the language was refused',
    cause:
      'no language or more than one way to find it was given, the code is unknown, or the options for identification break a rule (two codes at least, one dialect per language)',
    cure: 'give exactly one of `languageCode`, `identifyLanguage` and `identifyMultipleLanguages`; docs/options.md has the rules',
    retryable: false,
  },
  {
    id: 'transcribe-channels',
    seenAs: ['BadRequestException: … number of channels …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /channel|speaker/i,
    what: 'the channels or speaker labels were refused',
    cause:
      'channel identification without two channels, together with speaker labels, or Call Analytics without both channel definitions',
    cure: 'set `numberOfChannels` to 2 together with `enableChannelIdentification`, and leave speaker labels to mono audio',
    retryable: false,
  },
  {
    id: 'transcribe-session-id',
    seenAs: ['BadRequestException: … session id …'],
    code: 'session-refused',
    services,
    name: REFUSED,
    text: /session.?(id|resume)/i,
    what: 'the session id or resume window was refused',
    cause:
      'the id is no UUID of 36 characters, or the window is not a whole number of 1 to 300 minutes',
    cure: 'leave the id out, so that the service makes one, or give a UUID',
    retryable: false,
  },
  {
    id: 'transcribe-refused',
    seenAs: ['BadRequestException', 'SerializationException', 'ValidationException'],
    code: 'session-refused',
    services,
    name: REFUSED,
    what: 'the options or the audio were refused',
    cause: 'an option has a value, or stands beside another, that the service does not take',
    cure: 'check the options of the request against docs/options.md',
    retryable: false,
  },
];

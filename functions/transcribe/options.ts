import { CallscribeError } from '../../shared/errors';
import { parseTranscribeOptions } from '../../shared/transcribe-options/parse';
import type { TranscribeOptions as ServiceOptions } from '../../shared/transcribe-options/schema';
import { AUDIO_ENCODINGS, type AudioEncoding, type AudioFormat } from './audio-format';

/**
 * What the audio is and what Amazon Transcribe is asked for; docs/options.md describes each. One of
 * `language`, `identifyLanguage` and `identifyMultipleLanguages` names the language.
 */
export interface TranscribeOptions extends Omit<ServiceOptions, 'mediaEncoding'> {
  /** 8000 to 48000. */
  readonly sampleRateHz: number;
  /** Two: interleaved, left is `caller` and right is `agent`; one, the default, is `caller`. */
  readonly channels?: 1 | 2;
  /** How the samples come: `pcm` (16-bit little-endian, the default) or G.711. */
  readonly mediaEncoding?: AudioEncoding;
}

export interface CheckedOptions {
  readonly format: AudioFormat;
  /** What goes to the service besides the audio's format. */
  readonly service: ServiceOptions;
}

/** Throws `bad-request` that names every option that is wrong, its rule and a valid example. */
export function checkedOptions(options: TranscribeOptions): CheckedOptions {
  const { channels, mediaEncoding = 'pcm', ...given } = options;
  const channelCount: unknown = channels ?? given.numberOfChannels ?? 1;
  if (channelCount !== 1 && channelCount !== 2) {
    throw new CallscribeError(
      'bad-request',
      'options: channels must be 1 or 2: the service takes no more, for example {"channels":2}',
    );
  }
  if (!AUDIO_ENCODINGS.includes(mediaEncoding)) {
    throw new CallscribeError(
      'bad-request',
      `options: mediaEncoding must be one of ${AUDIO_ENCODINGS.join(', ')}: other encodings ` +
        'cannot be cut where a session ends; decode the audio, for example {"mediaEncoding":"pcm"}',
    );
  }
  if (given.sampleRateHz === undefined) {
    throw new CallscribeError(
      'bad-request',
      'options: sampleRateHz must be given, as the audio is, for example {"sampleRateHz":8000}',
    );
  }
  const service = parseTranscribeOptions(given, { sampleRateHz: given.sampleRateHz, channelCount });
  return {
    format: { sampleRateHz: given.sampleRateHz, channels: channelCount, encoding: mediaEncoding },
    service,
  };
}

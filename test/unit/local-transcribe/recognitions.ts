import type { Recognition } from '../../../local/recognisers/recogniser';
import type { SessionSettings } from '../../../local/transcribe/request-headers';

/** Words of half a second each from second 1 on, at 8 kHz. */
export function recognition(
  kind: 'partial' | 'final',
  words: readonly string[],
  utterance = 1,
): Recognition {
  return {
    kind,
    utterance,
    startSample: 8000,
    endSample: 8000 + words.length * 4000,
    words: words.map((text, index) => ({
      text,
      startSample: 8001 + index * 4000,
      endSample: 12_000 + index * 4000,
      confidence: 0.9,
    })),
  };
}

/** Those of the plainest request. */
export function sessionSettings(changed: Partial<SessionSettings> = {}): SessionSettings {
  return {
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
    echo: {},
    ...changed,
  };
}

import type {
  LanguageCode,
  StartStreamTranscriptionCommandInput,
} from '@aws-sdk/client-transcribe-streaming';

import type { SessionSettings } from './session';

/** Members of StartStreamTranscription for a call's settings, without the audio. */
export function commandInput(
  settings: SessionSettings,
): Omit<StartStreamTranscriptionCommandInput, 'AudioStream'> {
  const { options } = settings;
  return {
    MediaEncoding: 'pcm',
    MediaSampleRateHertz: settings.sampleRateHz,
    // The service checks the code: new languages need no new release of ours.
    LanguageCode: settings.language as LanguageCode,
    ...(settings.channelCount === 2
      ? { EnableChannelIdentification: true, NumberOfChannels: 2 }
      : {}),
    VocabularyName: options.vocabularyName,
    VocabularyFilterName: options.vocabularyFilterName,
    VocabularyFilterMethod: options.vocabularyFilterMethod,
    LanguageModelName: options.languageModelName,
  };
}

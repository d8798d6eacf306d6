import {
  StartCallAnalyticsStreamTranscriptionCommand,
  StartStreamTranscriptionCommand,
  type AudioStream,
  type TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';

import {
  callAnalyticsInput,
  commandInput,
  configurationOf,
  isCallAnalytics,
} from './command-input';
import type { SessionSettings } from './session';
import type { SessionEvent } from './session-result';

/** Starts the operation that the settings ask for; resolves at the service's first event (C6). */
export async function startSdkStream(
  client: TranscribeStreamingClient,
  settings: SessionSettings,
  audio: AsyncIterable<AudioStream>,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<SessionEvent> | undefined> {
  if (!isCallAnalytics(settings)) {
    const command = new StartStreamTranscriptionCommand({
      ...commandInput(settings),
      AudioStream: audio,
    });
    return (await client.send(command, { abortSignal })).TranscriptResultStream;
  }
  const command = new StartCallAnalyticsStreamTranscriptionCommand({
    ...callAnalyticsInput(settings),
    AudioStream: configured(settings, audio),
  });
  return (await client.send(command, { abortSignal })).CallAnalyticsTranscriptResultStream;
}

async function* configured(
  settings: SessionSettings,
  audio: AsyncIterable<AudioStream>,
): AsyncGenerator<AudioStream> {
  yield { ConfigurationEvent: configurationOf(settings) };
  yield* audio;
}

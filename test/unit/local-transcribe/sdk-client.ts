import type {
  Result,
  StartStreamTranscriptionCommandInput,
  TranscriptResultStream,
} from '@aws-sdk/client-transcribe-streaming';
import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';

import { createTonesEngine } from '../../../local/recognisers/tones';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import type { LocalCredentials } from '../../../local/transcribe/sigv4';
import type { TranscribeOptions, TranscribeStandIn } from '../../../local/transcribe/transcribe';
import { startTranscribe } from '../../../local/transcribe/transcribe';

type Settings = Partial<Omit<StartStreamTranscriptionCommandInput, 'AudioStream'>>;

/** Stand-ins and clients of one test; `close` ends them all. */
export class TestBench {
  readonly #standIns: TranscribeStandIn[] = [];
  readonly #clients: TranscribeStreamingClient[] = [];

  async start(options: Partial<TranscribeOptions> = {}): Promise<TranscribeStandIn> {
    const standIn = await startTranscribe({ engine: createTonesEngine(), ...options });
    this.#standIns.push(standIn);
    return standIn;
  }

  /** The AWS SDK with nothing but endpoint and credentials changed. */
  client(
    standIn: TranscribeStandIn,
    credentials: LocalCredentials = LOCAL_CREDENTIALS,
  ): TranscribeStreamingClient {
    const client = new TranscribeStreamingClient({
      region: LOCAL_REGION,
      endpoint: standIn.url,
      credentials,
      maxAttempts: 1,
    });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await Promise.all(this.#standIns.splice(0).map((standIn) => standIn.close()));
  }
}

export interface Heard {
  readonly results: Result[];
  /** Symbols of the finals per channel, in order of arrival. */
  symbols(channelId?: string): string;
}

export function start(
  client: TranscribeStreamingClient,
  audio: AsyncIterable<Uint8Array>,
  settings: Settings = {},
) {
  return client.send(
    new StartStreamTranscriptionCommand({
      MediaEncoding: 'pcm',
      MediaSampleRateHertz: 8000,
      LanguageCode: 'en-US',
      ...withoutLanguageCode(settings),
      AudioStream: events(audio),
    }),
  );
}

/** Runs one session to its end; rejects with what the SDK throws. */
export async function transcribe(
  client: TranscribeStreamingClient,
  audio: AsyncIterable<Uint8Array>,
  settings: Settings = {},
): Promise<Heard> {
  const { TranscriptResultStream: stream } = await start(client, audio, settings);
  return collect(stream);
}

export async function collect(stream?: AsyncIterable<TranscriptResultStream>): Promise<Heard> {
  const results: Result[] = [];
  for await (const event of stream ?? []) {
    results.push(...(event.TranscriptEvent?.Transcript?.Results ?? []));
  }
  return {
    results,
    symbols: (channelId) =>
      results
        .filter(({ IsPartial, ChannelId }) => !IsPartial && ChannelId === channelId)
        .map(({ Alternatives }) => Alternatives?.[0]?.Transcript?.replaceAll(' ', ''))
        .join(''),
  };
}

/** The samples in chunks, as fast as they are taken or one every `intervalMs`. */
export async function* chunks(
  samples: Int16Array,
  chunkSamples = 800,
  intervalMs = 0,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < samples.length; at += chunkSamples) {
    const chunk = samples.slice(at, at + chunkSamples);
    yield new Uint8Array(chunk.buffer);
    if (intervalMs > 0) await sleep(intervalMs);
  }
}

/** Silence at real time for ever, or until the test's client goes. */
export async function* endlessAudio(intervalMs = 20): AsyncGenerator<Uint8Array> {
  for (let turn = 0; turn < 1000; turn++) {
    yield new Uint8Array(320);
    await sleep(intervalMs);
  }
}

export function interleave(left: Int16Array, right: Int16Array): Int16Array {
  const stereo = new Int16Array(2 * Math.max(left.length, right.length));
  left.forEach((sample, index) => (stereo[2 * index] = sample));
  right.forEach((sample, index) => (stereo[2 * index + 1] = sample));
  return stereo;
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function* events(audio: AsyncIterable<Uint8Array>) {
  for await (const AudioChunk of audio) yield { AudioEvent: { AudioChunk } };
}

/** Settings that identify the language must be able to take the default language away. */
function withoutLanguageCode(settings: Settings): Settings {
  const identifies = settings.IdentifyLanguage ?? settings.IdentifyMultipleLanguages;
  return identifies ? { LanguageCode: undefined, ...settings } : settings;
}

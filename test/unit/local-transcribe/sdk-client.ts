import type {
  Result,
  StartStreamTranscriptionCommandInput,
  TranscriptResultStream,
} from '@aws-sdk/client-transcribe-streaming';
import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';
import { NodeHttp2Handler } from '@smithy/node-http-handler';

import { renderDtmf } from '../../../local/dtmf/dtmf';
import { createTonesEngine } from '../../../local/recognisers/tones';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import type { LocalCredentials } from '../../../local/transcribe/sigv4';
import type { TranscribeOptions, TranscribeStandIn } from '../../../local/transcribe/transcribe';
import { startTranscribe } from '../../../local/transcribe/transcribe';

export interface ClientOptions {
  readonly credentials?: LocalCredentials;
  /** A certificate to trust. */
  readonly trusting?: string;
  readonly handler?: NodeHttp2Handler;
}

const ignore = () => undefined;
/** The SDK warns of every refused stream, which these tests bring about on purpose. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

type Settings = Partial<Omit<StartStreamTranscriptionCommandInput, 'AudioStream'>>;

/** Stand-ins and clients of one test; `close` ends them all. */
export class TestBench {
  readonly #standIns: TranscribeStandIn[] = [];
  readonly #clients: TranscribeStreamingClient[] = [];
  #generation = 0;

  async start(options: Partial<TranscribeOptions> = {}): Promise<TranscribeStandIn> {
    const standIn = await startTranscribe({ engine: createTonesEngine(), ...options });
    this.#standIns.push(standIn);
    return standIn;
  }

  /** The AWS SDK with nothing but endpoint and credentials changed. */
  client(standIn: TranscribeStandIn, options: ClientOptions = {}): TranscribeStreamingClient {
    const client = new TranscribeStreamingClient({
      region: LOCAL_REGION,
      endpoint: standIn.url,
      credentials: options.credentials ?? LOCAL_CREDENTIALS,
      maxAttempts: 1,
      logger: SILENT,
      ...(options.handler && { requestHandler: options.handler }),
      ...(options.trusting && {
        requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca: options.trusting } }),
      }),
    });
    this.#clients.push(client);
    return client;
  }

  /**
   * The samples in chunks, one every `intervalMs`; stops when the bench is closed, because the SDK
   * goes on pulling audio after a session has ended.
   */
  async *live(
    samples: Int16Array,
    { chunkSamples = 800, intervalMs = 10 } = {},
  ): AsyncGenerator<Uint8Array> {
    const bench = this.#generation;
    for await (const chunk of chunks(samples, chunkSamples)) {
      if (bench !== this.#generation) return;
      yield chunk;
      await sleep(intervalMs);
    }
  }

  async close(): Promise<void> {
    this.#generation += 1;
    for (const client of this.#clients.splice(0)) client.destroy();
    await Promise.all(this.#standIns.splice(0).map((standIn) => standIn.close()));
  }
}

/** A tone and a pause of 50 ms each per symbol. */
export const tones = (symbols: string, leadMs = 0, sampleRateHz = 8000) =>
  renderDtmf({ symbols, toneMs: 50, pauseMs: 50, leadMs, amplitudeDbfs: -20, sampleRateHz });

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

/** The samples in chunks, as fast as they are taken. */
export async function* chunks(samples: Int16Array, chunkSamples = 800): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < samples.length; at += chunkSamples) {
    yield new Uint8Array(samples.slice(at, at + chunkSamples).buffer);
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

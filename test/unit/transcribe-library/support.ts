import { renderDtmf } from '../../../local/dtmf/dtmf';
import { createTonesEngine } from '../../../local/recognisers/tones';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import {
  startTranscribe,
  type TranscribeOptions as StandInOptions,
  type TranscribeStandIn,
} from '../../../local/transcribe/transcribe';
import type { TranscribeEvent } from '../../../functions/transcribe/events';
import type { TranscribeOptions } from '../../../functions/transcribe/options';
import type { RunOptions } from '../../../functions/transcribe/run-options';
import { transcribe } from '../../../functions/transcribe/transcribe';

export const SAMPLE_RATE_HZ = 8_000;
export const MONO: TranscribeOptions = { language: 'en-US', sampleRateHz: SAMPLE_RATE_HZ };

/** A tone and a pause of 50 ms each per symbol. */
export function tones(symbols: string, sampleRateHz = SAMPLE_RATE_HZ): Int16Array {
  return renderDtmf({
    symbols,
    toneMs: 50,
    pauseMs: 50,
    leadMs: 0,
    amplitudeDbfs: -20,
    sampleRateHz,
  }).samples;
}

export function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** The bytes in pieces of the given sizes, over and over, each after a turn of the event loop. */
export async function* pieces(bytes: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Transcribe stand-ins of one test; `close` ends them all. */
export class StandIns {
  readonly #all: TranscribeStandIn[] = [];

  async start(options: Partial<StandInOptions> = {}): Promise<TranscribeStandIn> {
    const standIn = await startTranscribe({ engine: createTonesEngine(), ...options });
    this.#all.push(standIn);
    return standIn;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.splice(0).map((standIn) => standIn.close()));
  }
}

export function at(standIn: TranscribeStandIn): RunOptions {
  return { region: LOCAL_REGION, endpoint: standIn.url, credentials: LOCAL_CREDENTIALS };
}

export async function collect(events: AsyncIterable<TranscribeEvent>): Promise<TranscribeEvent[]> {
  const all: TranscribeEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** All events of the samples, heard by a stand-in. */
export function hearTones(
  standIn: TranscribeStandIn,
  samples: Int16Array,
  options: TranscribeOptions = MONO,
  run: RunOptions = {},
): Promise<TranscribeEvent[]> {
  const audio = pieces(bytesOf(samples), 3_200);
  return collect(transcribe(audio, options, { ...at(standIn), ...run }));
}

/** The symbols that the finals of a channel hold. */
export function symbolsOf(events: readonly TranscribeEvent[], channel = 'caller'): string {
  return events
    .filter((event) => event.type === 'final')
    .filter((event) => event.channel === channel)
    .map((event) => event.text.replaceAll(' ', ''))
    .join('');
}

import { GetMediaCommand, KinesisVideoMediaClient } from '@aws-sdk/client-kinesis-video-media';
import type { StartSelector } from '@aws-sdk/client-kinesis-video-media';
import type { Readable } from 'node:stream';
import { FragmentAssembler } from '../../../functions/worker/fragments/assembler';
import type { FragmentEvent } from '../../../functions/worker/fragments/fragment';
import type { KinesisVideoOptions } from '../../../local/kinesis-video/options';
import type { ProducerFragment } from '../../../local/kinesis-video/producer';
import { startKinesisVideo } from '../../../local/kinesis-video/server';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import type { TrackSpec } from '../../../local/mkv/writer';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';

export const TRACK: TrackSpec = {
  number: 1,
  name: 'AUDIO_FROM_CUSTOMER',
  codecId: 'A_PCM/INT/LIT',
  sampleRateHz: 8000,
};
export const TWO_TRACKS: readonly TrackSpec[] = [
  TRACK,
  { ...TRACK, number: 2, name: 'AUDIO_TO_CUSTOMER' },
];
export const START_MS = 1_700_000_000_000;
export const FRAGMENT_MS = 1000;
const BLOCK_MS = 100;
const BLOCK_BYTES = 64;
/** Below jest's own limit, so that the failure names its line. */
const EVENTUALLY_MS = 10_000;

/** One fragment of every track; each payload byte tells fragment and block. */
export function makeFragment(
  index: number,
  tracks: readonly TrackSpec[] = [TRACK],
): ProducerFragment {
  const blocks = Array.from({ length: FRAGMENT_MS / BLOCK_MS }, (_, block) =>
    tracks.map(({ number }) => ({
      trackNumber: number,
      timestampMs: block * BLOCK_MS,
      payload: new Uint8Array(BLOCK_BYTES).fill(index * 16 + block),
    })),
  ).flat();
  return { producerTimestampMs: START_MS + index * FRAGMENT_MS, blocks };
}

export function makeFragments(count: number, tracks?: readonly TrackSpec[]): ProducerFragment[] {
  return Array.from({ length: count }, (_, index) => makeFragment(index, tracks));
}

export async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

const opened: { close(): Promise<void> | void }[] = [];

/** A stand-in that `closeAll` stops. */
export async function start(options?: KinesisVideoOptions): Promise<KinesisVideoStandIn> {
  const standIn = await startKinesisVideo(options);
  opened.unshift(standIn);
  return standIn;
}

/** One that has the stream `calls`. */
export async function startWithStream(
  options?: KinesisVideoOptions,
  stream?: Parameters<KinesisVideoStandIn['createStream']>[1],
): Promise<KinesisVideoStandIn> {
  const standIn = await start(options);
  standIn.createStream('calls', stream);
  return standIn;
}

export async function closeAll(): Promise<void> {
  for (const item of opened.splice(0)) await item.close();
}

export function mediaClient(standIn: KinesisVideoStandIn): KinesisVideoMediaClient {
  const client = new KinesisVideoMediaClient({
    region: LOCAL_REGION,
    endpoint: standIn.url,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
  opened.unshift({ close: () => client.destroy() });
  return client;
}

/** The body of a GetMedia call made by the AWS SDK. */
export async function openMedia(
  standIn: KinesisVideoStandIn,
  streamName: string,
  selector: StartSelector = { StartSelectorType: 'EARLIEST' },
): Promise<Readable> {
  const command = new GetMediaCommand({ StreamName: streamName, StartSelector: selector });
  const { Payload } = await mediaClient(standIn).send(command);
  return Payload as Readable;
}

/** Reads events until the condition holds, the body ends (`ended`) or breaks (`broken`). */
export class BodyReader {
  readonly events: FragmentEvent[] = [];
  outcome: 'open' | 'ended' | 'broken' = 'open';
  readonly #assembler = new FragmentAssembler();
  #waiting: (() => void) | undefined;

  constructor(body: Readable) {
    body.on('data', (bytes: Buffer) => this.#take(this.#assembler.push(bytes)));
    body.on('end', () => this.#finish('ended'));
    body.on('error', () => this.#finish('broken'));
    opened.unshift({ close: () => void body.destroy() });
  }

  get completed(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'complete' ? [event.metadata.fragmentNumber] : [],
    );
  }

  get started(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'start' ? [event.metadata.fragmentNumber] : [],
    );
  }

  of<Type extends FragmentEvent['type']>(type: Type): Extract<FragmentEvent, { type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<FragmentEvent, { type: Type }> => event.type === type,
    );
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.outcome !== 'open') throw new Error(`the body ${this.outcome} too early`);
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  async end(): Promise<void> {
    while (this.outcome === 'open') {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  #take(events: readonly FragmentEvent[]): void {
    // Payloads are views that the next read overwrites.
    for (const event of events) {
      this.events.push(
        event.type === 'block' ? { ...event, payload: Uint8Array.from(event.payload) } : event,
      );
    }
    this.#waiting?.();
  }

  #finish(outcome: 'ended' | 'broken'): void {
    this.#take(this.#assembler.end());
    this.outcome = outcome;
    this.#waiting?.();
  }
}

export async function readMedia(
  standIn: KinesisVideoStandIn,
  streamName: string,
  selector?: StartSelector,
): Promise<BodyReader> {
  return new BodyReader(await openMedia(standIn, streamName, selector));
}

/** Resolves when the condition holds; for what no event announces. */
export async function eventually(condition: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + EVENTUALLY_MS;
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error('what was waited for never happened');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

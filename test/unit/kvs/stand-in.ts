import { KinesisVideoClient } from '@aws-sdk/client-kinesis-video';
import { KinesisVideoMediaClient } from '@aws-sdk/client-kinesis-video-media';
import { LeanMediaReader } from '../../../functions/worker/kvs/lean-media-reader';
import type { MediaReaderKind } from '../../../functions/worker/config';
import { MediaSource } from '../../../functions/worker/kvs/media-source';
import { SdkMediaReader } from '../../../functions/worker/kvs/sdk-media-reader';
import { readFragments } from '../../../functions/worker/fragments/fragment-reader';
import type { ReaderOptions } from '../../../functions/worker/fragments/reader-options';
import { FaultBoard } from '../../../local/faults/fault-board';
import type { KinesisVideoOptions } from '../../../local/kinesis-video/options';
import { startKinesisVideo, type KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { CONNECT_TRACKS, type Leg } from '../../../shared/call';
import { Ticker, systemClock } from '../../../shared/clock';
import type { CallscribeError } from '../../../shared/errors';
import { sampleAt } from '../audio/voice';

export const START_MS = 1_700_000_000_000;
const BLOCK_MS = 64;
const BLOCK_SAMPLES = 512;
const BLOCKS = 4;
/** Short ones, so that a test has many places to break at. */
export const FRAGMENT_MS = BLOCK_MS * BLOCKS;

/** A stream of a Connect call in the stand-in, and the worker's way to read it. */
export class TestStream {
  readonly stop = new AbortController();
  readonly troubles: CallscribeError[] = [];
  readonly source: MediaSource;
  endpointsAsked = 0;
  #fragments = 0;
  readonly #producer;
  readonly #control: KinesisVideoClient;

  private constructor(
    readonly standIn: KinesisVideoStandIn,
    readonly faults: FaultBoard,
    readonly arn: string,
    reader: MediaReaderKind,
  ) {
    const settings = {
      region: LOCAL_REGION,
      endpoint: standIn.url,
      credentials: LOCAL_CREDENTIALS,
      maxAttempts: 1,
    };
    this.#control = new KinesisVideoClient(settings);
    this.#control.middlewareStack.add(
      (next) => (args) => ((this.endpointsAsked += 1), next(args)),
      {
        step: 'initialize',
      },
    );
    this.source = new MediaSource(
      this.#control,
      reader === 'lean'
        ? new LeanMediaReader(() => this.#control.config.signer())
        : new SdkMediaReader((endpoint) => new KinesisVideoMediaClient({ ...settings, endpoint })),
    );
    const track = (number: number, name: string) =>
      ({ number, name, codecId: 'A_PCM/INT/LIT', sampleRateHz: 8_000 }) as const;
    this.#producer = standIn.openProducer('calls', {
      tracks: [track(1, CONNECT_TRACKS.caller), track(2, CONNECT_TRACKS.agent)],
      tags: [{ name: 'ContactId', value: 'contact-1' }],
    });
  }

  static async open(
    reader: MediaReaderKind = 'lean',
    options: KinesisVideoOptions = {},
  ): Promise<TestStream> {
    const faults = new FaultBoard();
    const standIn = await startKinesisVideo({ faults, ...options });
    const arn = standIn.createStream('calls', { retentionHours: 1 });
    return new TestStream(standIn, faults, arn, reader);
  }

  /** So many more fragments; both voices go on where they were. */
  produce(count: number): void {
    for (let fragment = 0; fragment < count; fragment += 1) {
      const fromMs = this.#fragments++ * FRAGMENT_MS;
      this.#producer.begin(START_MS + fromMs);
      for (let block = 0; block < BLOCKS; block += 1) {
        const from = (fromMs / BLOCK_MS + block) * BLOCK_SAMPLES;
        this.#producer.write(
          [1, 2].map((trackNumber) => ({
            trackNumber,
            timestampMs: block * BLOCK_MS,
            payload: new Uint8Array(
              Int16Array.from({ length: BLOCK_SAMPLES }, (_, at) =>
                sampleAt(trackNumber, from + at),
              ).buffer,
            ),
          })),
        );
      }
      this.#producer.end();
    }
  }

  get numbers(): string[] {
    return this.standIn.fragments('calls').map(({ fragmentNumber }) => fragmentNumber);
  }

  get legs(): Leg[] {
    return [
      { channel: 'caller', streamArn: this.arn, track: CONNECT_TRACKS.caller },
      { channel: 'agent', streamArn: this.arn, track: CONNECT_TRACKS.agent },
    ];
  }

  read(options: Partial<ReaderOptions> = {}) {
    return readFragments({
      open: (position, signal) => this.source.open(this.arn, position, signal),
      start: {},
      guard: { tag: 'ContactId', value: 'contact-1' },
      callId: 'contact-1',
      clock: systemClock,
      ticker: new Ticker(50, systemClock),
      random: () => 0.1,
      signal: this.stop.signal,
      onTrouble: (reason) => this.troubles.push(reason),
      ...options,
    });
  }

  /** Connections that the stand-in has open. */
  get connections(): number {
    return this.standIn.statistics().getMediaConnections;
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.source.close();
    this.#control.destroy();
    await this.standIn.close();
  }
}

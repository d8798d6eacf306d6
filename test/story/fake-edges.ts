import type { OpenMedia } from '../../functions/worker/call-sources';
import { readConfig } from '../../functions/worker/config';
import { FencedError } from '../../functions/worker/log/call-log';
import { CallWriter, initialState } from '../../functions/worker/log/call-writer';
import { runPipeline, type PipelineDeps } from '../../functions/worker/pipeline';
import { PipelineProgress } from '../../functions/worker/pipeline-progress';
import { CallPublisher } from '../../functions/worker/publish/publisher';
import type { TrackSpec } from '../../local/mkv/writer';
import { CONNECT_TRACKS, type CallRequest, type Channel } from '../../shared/call';
import { Ticker, systemClock } from '../../shared/clock';
import { silentLogger } from '../../shared/logger';
import type { CallEvent, CallRecord } from '../../shared/record';
import { buildFragment, numberOf } from '../support/mkv-builder';
import { WORKER_ENV } from '../support/worker-env';
import { speak, valueSessions, type SpokenWord } from './value-session';

export const RATE_HZ = 8_000;
export const START_MS = 1_700_000_000_000;
const FRAGMENT_MS = 1_000;
const BLOCK_MS = 100;
export const STREAM_ARN =
  'arn:aws:kinesisvideo:us-east-1:000000000000:stream/callscribe-story/1700000000000';

/** A Connect call: both parties in one stream of fragments of a second each. */
export interface GoldenCall {
  readonly request: CallRequest;
  readonly words: Readonly<Partial<Record<Channel, readonly SpokenWord[]>>>;
  readonly seconds: number;
  readonly fragments: readonly {
    readonly number: string;
    readonly timeMs: number;
    readonly bytes: Uint8Array;
  }[];
}

/** `lost`: fragments, counted from 0, that the stream never got. */
export function goldenCall(
  callId: string,
  seconds: number,
  words: GoldenCall['words'],
  lost: readonly number[] = [],
): GoldenCall {
  const channels = Object.keys(words) as Channel[];
  const tracks: TrackSpec[] = channels.map((channel, index) => ({
    number: index + 1,
    name: CONNECT_TRACKS[channel],
    codecId: 'A_PCM/INT/LIT',
    sampleRateHz: RATE_HZ,
  }));
  const audio = channels.map((channel) => speak(words[channel] ?? [], seconds * RATE_HZ));
  const fragments = Array.from({ length: seconds }, (_, index) => {
    const timeMs = START_MS + index * FRAGMENT_MS;
    const number = numberOf(index + 1);
    const blocks = Array.from({ length: FRAGMENT_MS / BLOCK_MS }, (_, block) =>
      audio.map((samples, track) => {
        const from = ((index * FRAGMENT_MS + block * BLOCK_MS) * RATE_HZ) / 1000;
        const piece = samples.slice(from, from + (BLOCK_MS * RATE_HZ) / 1000);
        return {
          trackNumber: track + 1,
          timestampMs: block * BLOCK_MS,
          payload: new Uint8Array(piece.buffer),
        };
      }),
    ).flat();
    const millisBehindNow = (seconds - 1 - index) * FRAGMENT_MS;
    const bytes = buildFragment({
      number,
      producerTimestampMs: timeMs,
      serverTimestampMs: timeMs,
      tracks,
      blocks,
      producerTagsBefore: [{ name: 'ContactId', value: callId }],
      millisBehindNow,
    });
    return { number, timeMs, bytes };
  });
  const legs = channels.map((channel) => ({
    channel,
    streamArn: STREAM_ARN,
    track: CONNECT_TRACKS[channel],
    startFragmentNumber: numberOf(1),
    startTime: new Date(START_MS).toISOString(),
  }));
  return {
    request: { schemaVersion: 1, callId, legs, guard: { tag: 'ContactId', value: callId } },
    words,
    seconds,
    fragments: fragments.filter((_fragment, index) => !lost.includes(index)),
  };
}

/** GetMedia of a stream that holds this call's fragments and gets no more. */
export function mediaOf({ fragments }: Pick<GoldenCall, 'fragments'>): OpenMedia {
  return (_streamArn, position, signal) => {
    const wanted = fragments.filter(({ number, timeMs }) => {
      if (position.type === 'after') return BigInt(number) > BigInt(position.fragmentNumber);
      return position.type === 'earliest' || timeMs + FRAGMENT_MS > position.epochMs;
    });
    async function* body(): AsyncGenerator<Uint8Array> {
      for (const { bytes } of wanted) {
        // Not at fragment borders: nothing on the way may rely on them.
        yield bytes.slice(0, 777);
        yield bytes.slice(777);
      }
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return Promise.resolve(body());
  };
}

/** A log in memory, and who may write to it; it keeps what the real one keeps. */
export class MemoryLog {
  constructor(readonly records: CallRecord[] = []) {}

  append(record: CallRecord): Promise<void> {
    if (record.seq !== this.records.length + 1) {
      return Promise.reject(new FencedError(record.callId, record.seq));
    }
    // As it would come back from the store.
    this.records.push(JSON.parse(JSON.stringify(record)) as CallRecord);
    return Promise.resolve();
  }

  page(_callId: string, fromSeq: number, limit: number) {
    const records = this.records.slice(fromSeq - 1, fromSeq - 1 + limit);
    return Promise.resolve({ records, unreadable: [], nextSeq: fromSeq + records.length });
  }
}

export interface StoryOptions {
  readonly call: GoldenCall;
  /** The log so far; the run goes on from its end. */
  readonly log?: MemoryLog;
  readonly env?: Readonly<Record<string, string>>;
  readonly openSession?: PipelineDeps['openSession'];
  readonly openMedia?: OpenMedia;
  readonly signal?: AbortSignal;
}

export interface Story {
  readonly records: readonly CallRecord[];
  readonly events: readonly CallEvent[];
}

/** Runs the real pipeline over a call to its end, with fakes at its edges only. */
export async function runStory(options: StoryOptions): Promise<Story> {
  const { call, log = new MemoryLog(), signal = new AbortController().signal } = options;
  const { request } = call;
  const last = log.records.at(-1);
  const writer = new CallWriter({
    log,
    callId: request.callId,
    workerId: 'story',
    clock: systemClock,
    seq: last?.seq ?? 0,
    state: structuredClone(last?.state ?? initialState(request)),
    expiresAtSeconds: 0,
    nonce: () => 'nonce',
  });
  const events: CallEvent[] = [];
  const stop = new AbortController();
  const publisher = new CallPublisher({
    callId: request.callId,
    bus: { put: (event) => Promise.resolve(void events.push(event)) },
    log,
    publishedSeq: writer.state.publishedSeq,
    lastSeq: writer.seq,
    clock: systemClock,
    logger: silentLogger,
    signal: stop.signal,
  });
  writer.publishThrough(publisher);
  try {
    await runPipeline(
      {
        request,
        writer,
        publisher,
        control: { endTimeMs: START_MS + call.seconds * 1000 },
        metrics: { behindLive: () => undefined, gap: () => undefined },
        progress: new PipelineProgress(),
        beforeEnd: () => Promise.resolve(),
        logger: silentLogger,
        signal,
      },
      {
        config: readConfig({ ...WORKER_ENV, ...options.env }),
        openMedia: options.openMedia ?? mediaOf(call),
        openSession: options.openSession ?? valueSessions(),
        mayStartSession: () => Promise.resolve(),
        credentialsDeadlineMs: () => null,
        clock: systemClock,
        ticker: new Ticker(5),
      },
    );
    await publisher.flush();
  } finally {
    stop.abort();
  }
  return { records: log.records, events };
}

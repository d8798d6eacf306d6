import { machineMs } from '../process/clock';
import { serveRole } from '../process/role';
import { SAMPLE_RATE_HZ, createNoise, createTones } from './audio';
import { BenchCall } from './call-clock';
import { callIdOf, streamArnOf } from './call-names';
import { Measures } from './measures';
import type { MediaWindow } from './measures';
import { startMediaServer } from './media-server';
import type { MediaServer } from './media-server';
import { PIECE_MS } from './pieces';
import { startTranscribeServer } from './transcribe-server';
import type { TranscribeCounts, TranscribeServer } from './transcribe-server';

export interface MediaStart {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly speaks: boolean;
}

export interface StartedCall {
  readonly callId: string;
  readonly streamArn: string;
  /** Epoch milliseconds of the first sample, by the producer's clock. */
  readonly epochMs: number;
  /** Machine time of the first sample. */
  readonly startMs: number;
}

export interface CallStanding {
  /** Machine time of the first audio that Transcribe got; NaN before. */
  readonly firstHeardMs: number;
  /** How far Transcribe has heard, and how far the call has spoken; positions of the call. */
  readonly heardMs: number;
  readonly spokenMs: number;
}

export interface MediaMethods extends Record<string, (...args: never[]) => unknown> {
  start(options: MediaStart): Promise<{ kinesisVideo: string; transcribe: string }>;
  /** A call begins `inMs` from now (negative: it began before), and lasts `seconds`. */
  begin(index: number, inMs: number, seconds: number): StartedCall;
  openWindow(): void;
  closeWindow(): MediaWindow;
  /** How each call stands, by index. */
  calls(): ReadonlyMap<number, CallStanding>;
  status(): TranscribeCounts & { readonly readers: number };
}

/** Kinesis Video and Transcribe in one process: one clock tells when a byte came and went. */
export function serveMedia(): void {
  const calls = new Map<number, BenchCall>();
  const measures = new Measures();
  const callOf = (index: number) => calls.get(index);
  let media: MediaServer | undefined;
  let transcribe: TranscribeServer | undefined;
  const methods: MediaMethods = {
    start: async ({ tls, speaks }) => {
      const audio = { noise: createNoise(), tones: createTones() };
      media = await startMediaServer({ tls, ...audio, callOf });
      transcribe = await startTranscribeServer({ tls, speaks, measures, ...audio, callOf });
      return { kinesisVideo: media.url, transcribe: transcribe.url };
    },
    begin: (index, inMs, seconds) => {
      const startMs = machineMs() + inMs;
      const epochMs = Math.floor(Date.now() + inMs);
      const lastPiece = Math.floor((seconds * 1000) / PIECE_MS);
      const call = new BenchCall(index, callIdOf(index), startMs, epochMs, lastPiece);
      calls.set(index, call);
      return { callId: call.callId, streamArn: streamArnOf(index), epochMs, startMs };
    },
    calls: () => new Map([...calls].map(([index, call]) => [index, standingOf(call)])),
    openWindow: () => measures.open(),
    closeWindow: () => measures.close(),
    status: () => {
      if (transcribe === undefined) throw new Error('start first');
      return { ...transcribe.counts, readers: media?.readers ?? 0 };
    },
  };
  serveRole(methods);
}

function standingOf({ firstHeardMs, heardSamples, ...call }: BenchCall): CallStanding {
  const heardMs = (heardSamples * 1000) / SAMPLE_RATE_HZ;
  return { firstHeardMs, heardMs, spokenMs: machineMs() - call.startMs };
}

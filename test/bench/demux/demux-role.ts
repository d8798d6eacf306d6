import { machineMs } from '../process/clock';
import { serveRole } from '../process/role';
import type { Decoder, DecoderName } from './decoders';
import { DECODERS } from './decoders';
import { recordCall } from './recording';
import type { Recording } from './recording';

/** What a decoder reads before it is timed, so that its code is compiled. */
const WARM_UP_SECONDS = 120;
/** A reading takes less than 50 ms with the fast ones: one alone says little. */
const LEAST_MS = 300;

export interface DemuxMethods extends Record<string, (...args: never[]) => unknown> {
  prepare(name: DecoderName, seconds: number, blockBytes: number): Promise<void>;
  /** Reads the recording, again and again for a while; `isWhole`: all of its audio was handed out. */
  run(): Promise<{ readonly bytes: number; readonly ms: number; readonly isWhole: boolean }>;
}

/** One decoder in a process of its own: none is compiled for what another does. */
export function serveDemux(): void {
  let decoder: Decoder | undefined;
  let recording: Recording | undefined;
  serveRole({
    prepare: async (name: DecoderName, seconds: number, blockBytes: number) => {
      decoder = await DECODERS[name]();
      const isOne = decoder.asOneDocument;
      const warmUp = recordCall(Math.min(seconds, WARM_UP_SECONDS), blockBytes, isOne);
      await decoder.decode(warmUp.reads);
      recording = recordCall(seconds, blockBytes, isOne);
    },
    run: async () => {
      if (decoder === undefined || recording === undefined) throw new Error('prepare first');
      const fromMs = machineMs();
      let isWhole = true;
      let bytes = 0;
      while (bytes === 0 || machineMs() - fromMs < LEAST_MS) {
        isWhole &&= (await decoder.decode(recording.reads)) >= recording.audioBytes;
        bytes += recording.bytes;
      }
      return { bytes, ms: machineMs() - fromMs, isWhole };
    },
  } satisfies DemuxMethods);
}

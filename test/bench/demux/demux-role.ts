import { machineMs } from '../process/clock';
import { serveRole } from '../process/role';
import type { Decoder, DecoderName } from './decoders';
import { DECODERS } from './decoders';
import { recordCall } from './recording';
import type { Recording } from './recording';

/** What a decoder reads before it is timed, so that its code is compiled. */
const WARM_UP_SECONDS = 120;

export interface DemuxMethods extends Record<string, (...args: never[]) => unknown> {
  prepare(name: DecoderName, seconds: number, blockBytes: number): Promise<void>;
  /** Reads the recording once; `isWhole`: all of its audio was handed out. */
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
      const audioBytes = await decoder.decode(recording.reads);
      const ms = machineMs() - fromMs;
      return { bytes: recording.bytes, ms, isWhole: audioBytes >= recording.audioBytes };
    },
  } satisfies DemuxMethods);
}

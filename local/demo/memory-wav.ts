import { encodeSamples } from '../media/wav-writer';
import type { WavFile } from '../media/wav';
import type { DemoCall } from './demo-call';

/** The call as a stereo recording that was never a file: left the caller, right the agent. */
export function memoryWav({ caller, agent, sampleRateHz }: DemoCall): WavFile {
  const bytes = encodeSamples([caller, agent], 'pcm16');
  const frameBytes = 4;
  const frames = bytes.length / frameBytes;
  return {
    format: { encoding: 'pcm16', channels: 2, sampleRateHz },
    frames,
    durationMs: (frames * 1000) / sampleRateHz,
    readFrames: (start, count) =>
      Promise.resolve(bytes.subarray(start * frameBytes, (start + count) * frameBytes)),
    close: () => Promise.resolve(),
  };
}

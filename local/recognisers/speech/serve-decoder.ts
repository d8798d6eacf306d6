import { setPriority } from 'node:os';

import { CallscribeError } from '../../../shared/errors';
import type { Decoder } from './decoder';
import { Listener } from './listener';
import type { FromDecoder, ToDecoder } from './messages';

/** Decoding yields to the processes that carry the audio. */
const NICENESS = 5;

export interface DecoderKind<Models> {
  open(models: Models): Decoder | Promise<Decoder>;
  /** See `ResamplerOptions`. */
  readonly imageGain?: number;
}

/**
 * The whole life of a decoder's process: one channel, decoded on this thread, which has nothing
 * else to do. Whoever started it speaks to it as `messages.ts` says.
 */
export function serveDecoder<Models>(kind: DecoderKind<Models>): void {
  let listener: Listener | undefined;
  let previous = Promise.resolve();

  async function handle(message: ToDecoder<Models>): Promise<FromDecoder> {
    switch (message.kind) {
      case 'open':
        listener = new Listener(await kind.open(message.models), {
          sampleRateHz: message.sampleRateHz,
          imageGain: kind.imageGain,
          onRecognition: (recognition) => answer({ kind: 'recognition', recognition }),
        });
        return { kind: 'ready' };
      case 'audio':
        listener?.push(message.samples);
        return { kind: 'heard', samples: message.samples.length };
      case 'finish':
        listener?.finish();
        return { kind: 'finished' };
    }
  }

  process.on('message', (message: ToDecoder<Models>) => {
    previous = previous.then(() =>
      handle(message).then(answer, (reason) => answer(failed(reason))),
    );
  });
  // The parent is gone, or does not want us any more.
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches the whole process group; the parent decides when we end.
  process.on('SIGINT', () => undefined);
  setPriority(NICENESS);
}

function failed(reason: unknown): FromDecoder {
  const { code, message } = CallscribeError.from(reason);
  return { kind: 'failed', code, message };
}

function answer(message: FromDecoder): void {
  if (process.connected) process.send?.(message);
}

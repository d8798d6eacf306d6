/**
 * One channel's decoder in a process of its own: native code that crashes or hangs takes nobody with
 * it. Started by `decoder-process.ts`, spoken to by the messages of `messages.ts`.
 */
import { setPriority } from 'node:os';

import { CallscribeError } from '../../../shared/errors';
import { openDecoder } from './decoder';
import { Listener } from './listener';
import type { FromDecoder, ToDecoder } from './messages';

/** Decoding yields to the processes that carry the audio. */
const NICENESS = 5;

let listener: Listener | undefined;

process.on('message', (message: ToDecoder) => {
  try {
    answer(handle(message));
  } catch (reason) {
    const { code, message: text } = CallscribeError.from(reason);
    answer({ kind: 'failed', code, message: text });
  }
});
// The parent is gone, or does not want us any more.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group; the parent decides when we end.
process.on('SIGINT', () => undefined);
setPriority(NICENESS);

function handle(message: ToDecoder): FromDecoder {
  switch (message.kind) {
    case 'open': {
      const { files, sampleRateHz } = message;
      listener = new Listener(openDecoder(files), {
        sampleRateHz,
        onRecognition: (recognition) => answer({ kind: 'recognition', recognition }),
      });
      return { kind: 'ready' };
    }
    case 'audio':
      listener?.push(message.samples);
      return { kind: 'heard', samples: message.samples.length };
    case 'finish':
      listener?.finish();
      return { kind: 'finished' };
  }
}

function answer(message: FromDecoder): void {
  if (process.connected) process.send?.(message);
}

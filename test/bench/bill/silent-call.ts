import type { LocalProducer } from '../../../local/kinesis-video/local-producer';
import { createTones } from '../media/audio';
import { FRAGMENT_MS, encodePieces } from '../media/pieces';

export interface Part {
  readonly seconds: number;
  readonly speaks: boolean;
}

const SILENCE = new Int16Array(createTones().channels[0].length);

/** Puts a call of these parts into a stream, as fast as it goes; speech are tones, silence zeros. */
export function fillStream(producer: LocalProducer, parts: readonly Part[], startMs: number): void {
  const speech = encodePieces(createTones());
  const silence = encodePieces({ channels: [SILENCE, SILENCE], truth: [[], []] });
  let fragment = 0;
  for (const { seconds, speaks } of parts) {
    for (let second = 0; second < seconds; second++, fragment++) {
      const loop = speaks ? speech : silence;
      producer.begin(startMs + fragment * FRAGMENT_MS);
      for (const blocks of loop[second % loop.length] ?? []) {
        producer.writeEncoded(blocks, 1, FRAGMENT_MS);
      }
    }
  }
  producer.end();
}

/** Length of the parts together. */
export function secondsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { seconds }) => sum + seconds, 0);
}

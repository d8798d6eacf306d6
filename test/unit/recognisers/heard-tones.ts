import { renderDtmf, type DtmfOptions, type TrueSymbol } from '../../../local/dtmf/dtmf';
import type { Recognition } from '../../../local/recognisers/recogniser';
import { createTonesEngine } from '../../../local/recognisers/tones';

export const RATE_HZ = 8000;
export const EDGE_TOLERANCE_MS = 5;

interface Heard {
  readonly recognitions: Recognition[];
  /** Words of the finals, in milliseconds. */
  readonly words: TrueSymbol[];
  readonly symbols: string;
}

/** Tones and pauses of 50 ms at -20 dBFS, where `changes` do not say otherwise. */
export function renderTones(symbols: string, changes: Partial<DtmfOptions> = {}) {
  const usual = { toneMs: 50, pauseMs: 50, amplitudeDbfs: -20, sampleRateHz: RATE_HZ };
  return renderDtmf({ symbols, ...usual, ...changes });
}

/** A recogniser and what it has heard so far. */
export function openRecogniser(sampleRateHz = RATE_HZ) {
  const recognitions: Recognition[] = [];
  const recogniser = createTonesEngine().open({
    sampleRateHz,
    languageCode: 'en-US',
    onRecognition: (recognition) => recognitions.push(recognition),
  });
  if (recogniser instanceof Promise) throw new Error('the engine opens at once');
  return { recogniser, recognitions };
}

/** Lets the engine hear the samples in pieces of the given sizes, repeated. */
export function hear(
  samples: Int16Array,
  sampleRateHz = RATE_HZ,
  pieces: readonly number[] = [800],
) {
  const { recogniser, recognitions } = openRecogniser(sampleRateHz);
  for (let at = 0, turn = 0; at < samples.length; turn++) {
    const size = pieces[turn % pieces.length] ?? 1;
    void recogniser.push(samples.subarray(at, at + size));
    at += size;
  }
  void recogniser.finish();
  recogniser.close();
  const toMs = (sample: number) => (sample * 1000) / sampleRateHz;
  const words = recognitions
    .filter(({ kind }) => kind === 'final')
    .flatMap((recognition) => recognition.words)
    .map((word) => ({
      symbol: word.text,
      startMs: toMs(word.startSample),
      endMs: toMs(word.endSample),
    }));
  return { recognitions, words, symbols: words.map(({ symbol }) => symbol).join('') } as Heard;
}

export function worstEdgeMs(words: readonly TrueSymbol[], truth: readonly TrueSymbol[]): number {
  return truth.reduce((worst, { startMs, endMs }, index) => {
    const word = words[index] ?? { startMs: Infinity, endMs: Infinity };
    return Math.max(worst, Math.abs(word.startMs - startMs), Math.abs(word.endMs - endMs));
  }, 0);
}

export function addNoise(samples: Int16Array, peak: number, random: () => number): Int16Array {
  return samples.map((sample) => sample + Math.round((random() * 2 - 1) * peak));
}

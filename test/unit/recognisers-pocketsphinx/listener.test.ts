import type { Recognition } from '../../../local/recognisers/recogniser';
import type { DecodedWord, Decoder } from '../../../local/recognisers/speech/decoder';
import { Listener } from '../../../local/recognisers/speech/listener';

const RATE_HZ = 8_000;
/** Frames of 10 ms at 16 kHz. */
const FRAME_SAMPLES = 160;
/** The fake hears one word in every half second, beginning with the utterance. */
const WORD_FRAMES = 50;

/** Hears `w0`, `w1`, … by the amount of audio alone. */
class CountingDecoder implements Decoder {
  readonly utterances: number[] = [];
  #ended = true;

  start(): void {
    this.#ended = false;
    this.utterances.push(0);
  }
  process(samples: Int16Array): void {
    const frames = (this.utterances.pop() ?? 0) + samples.length / FRAME_SAMPLES;
    this.utterances.push(frames);
  }
  end(): void {
    this.#ended = true;
  }
  words(): DecodedWord[] {
    const count = Math.floor((this.utterances.at(-1) ?? 0) / WORD_FRAMES);
    return Array.from({ length: count }, (_, index) => ({
      text: `w${index}`,
      startFrame: index * WORD_FRAMES,
      endFrame: (index + 1) * WORD_FRAMES,
      confidence: this.#ended ? 0.9 : 0,
    }));
  }
  close(): void {
    this.utterances.length = 0;
  }
}

/** Seconds of a 500 Hz tone, or of silence. */
function tone(seconds: number, amplitude = 8_000): Int16Array {
  return Int16Array.from({ length: seconds * RATE_HZ }, (_, i) =>
    Math.round(amplitude * Math.sin((Math.PI * i) / 8)),
  );
}

function silence(seconds: number): Int16Array {
  return new Int16Array(seconds * RATE_HZ);
}

/** What a listener reports of the audio when it comes in chunks of this many samples. */
function hear(
  parts: readonly Int16Array[],
  chunk = 800,
): { heard: Recognition[]; decoder: CountingDecoder } {
  const decoder = new CountingDecoder();
  const heard: Recognition[] = [];
  const listener = new Listener(decoder, {
    sampleRateHz: RATE_HZ,
    onRecognition: (recognition) => heard.push(recognition),
  });
  for (const part of parts) {
    for (let at = 0; at < part.length; at += chunk) listener.push(part.subarray(at, at + chunk));
  }
  listener.finish();
  return { heard, decoder };
}

const finals = (heard: readonly Recognition[]) => heard.filter(({ kind }) => kind === 'final');

describe('Listener', () => {
  it('gives one final for each utterance', () => {
    const { heard } = hear([silence(1), tone(2), silence(1), tone(2), silence(1)]);

    expect(finals(heard).map(({ utterance }) => utterance)).toEqual([1, 2]);
  });

  it('places words where they are in the input', () => {
    const { heard } = hear([silence(1), tone(2), silence(1)]);

    // The decoder hears the utterance from a quarter of a second before its onset.
    const [final] = finals(heard);
    const first = final?.words[0];
    expect(first?.startSample).toBeGreaterThan(0.75 * RATE_HZ);
    expect(first?.startSample).toBeLessThanOrEqual(RATE_HZ);
    expect((first?.endSample ?? 0) - (first?.startSample ?? 0)).toBe(RATE_HZ / 2);
  });

  it('keeps its words inside its bounds', () => {
    const { heard } = hear([silence(1), tone(3), silence(1)]);

    for (const { startSample, endSample, words } of heard) {
      expect(words[0]?.startSample).toBe(startSample);
      expect(words.at(-1)?.endSample).toBe(endSample);
    }
  });

  it('reports a partial only when the words have changed', () => {
    const { heard } = hear([silence(1), tone(3), silence(1)]);

    const texts = heard
      .filter(({ kind }) => kind === 'partial')
      .map(({ words }) => words.map(({ text }) => text).join(' '));
    expect(texts.length).toBeGreaterThanOrEqual(5);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('says nothing of silence', () => {
    const { heard, decoder } = hear([silence(30)]);

    expect(heard).toEqual([]);
    expect(decoder.utterances).toEqual([]);
  });

  it('gives the final of an utterance that the end of the audio breaks off', () => {
    const { heard } = hear([silence(1), tone(2)]);

    expect(finals(heard)).toHaveLength(1);
  });

  it('gives a final after 10 s at the latest', () => {
    const { heard } = hear([silence(1), tone(35), silence(1)]);

    const lengths = finals(heard).map(({ startSample, endSample }) => endSample - startSample);
    expect(lengths.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(10.3 * RATE_HZ);
  });

  it('cuts where it is quiet, and hears what follows as the next utterance', () => {
    const { heard } = hear([silence(1), tone(9), tone(0.1, 1_000), tone(8), silence(1)]);

    const [first, second] = finals(heard);
    const cut = second?.startSample ?? 0;
    const hole = cut - (first?.endSample ?? 0);
    expect(cut).toBeGreaterThanOrEqual(10 * RATE_HZ);
    expect(cut).toBeLessThan(10.1 * RATE_HZ);
    // The fake's words last 0.5 s: one that the cut divides may be named twice or not at all.
    expect(Math.abs(hole)).toBeLessThanOrEqual(RATE_HZ / 4);
  });

  it.each([80, 333, 8_000])('hears the same finals in chunks of %i samples', (chunk) => {
    const parts = [silence(1), tone(2), silence(0.7), tone(13), silence(1)];

    expect(finals(hear(parts, chunk).heard)).toEqual(finals(hear(parts).heard));
  });
});

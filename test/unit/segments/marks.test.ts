import { Marks } from '../../../functions/worker/segments/marks';

/** Chunks of 200 ms at 8 kHz. */
const CHUNK = 1_600;
const ONSET = 4_000;
const SILENCE_PEAK = 33;

/** A mono chunk; `sound` says from which of its samples to which there is sound. */
function chunk(index: number, sound?: readonly [number, number], level = 1_000) {
  return stereo(index, [sound], level);
}

function stereo(
  index: number,
  sounds: readonly (readonly [number, number] | undefined)[],
  level = 1_000,
) {
  const samples = new Int16Array(CHUNK * sounds.length);
  const peaks = sounds.map(() => 0);
  sounds.forEach((sound, channel) => {
    if (sound === undefined) return;
    for (let i = sound[0]; i < sound[1]; i++) samples[i * sounds.length + channel] = level;
    peaks[channel] = Math.abs(level);
  });
  return {
    startSample: index * CHUNK,
    sampleCount: CHUNK,
    bytes: new Uint8Array(samples.buffer),
    peaks,
  };
}

const WHOLE = [0, CHUNK] as const;

function marksFrom(...marks: number[]): Marks {
  const made = new Marks({ marks, silencePeak: SILENCE_PEAK });
  made.sampleRateHz = 8_000;
  return made;
}

/** Chunks in order, each shown and then sent. */
function hear(marks: Marks, ...chunks: readonly ReturnType<typeof chunk>[]): void {
  for (const each of chunks) {
    marks.audio(each);
    marks.sent(each.startSample + each.sampleCount);
  }
}

describe('Marks', () => {
  it('begin where the log stands', () => {
    const marks = marksFrom(100, 200);

    expect(marks.all).toEqual([100, 200]);
    expect([marks.known(0), marks.known(1)]).toEqual([100, 200]);
  });

  it('move to the end of the last word of a final', () => {
    const marks = marksFrom(0);
    hear(marks, chunk(0, WHOLE), chunk(1, WHOLE), chunk(2, WHOLE));

    marks.final(0, 4_000, 3_500);

    expect(marks.all).toEqual([3_500]);
    expect(marks.known(0)).toBe(3_500);
  });

  it('never move back', () => {
    const marks = marksFrom(0);
    marks.final(0, 4_000, 3_500);

    marks.final(0, 2_000, 1_500);
    marks.done(1_000);
    marks.sent(500);

    expect(marks.all).toEqual([3_500]);
    expect(marks.known(0)).toBe(3_500);
  });

  it('pass over silence that was sent, but for an onset', () => {
    const marks = marksFrom(0);

    hear(marks, ...[0, 1, 2, 3, 4].map((index) => chunk(index)));

    expect(marks.all).toEqual([5 * CHUNK - ONSET]);
    // Words may still come for it.
    expect(marks.known(0)).toBe(0);
  });

  it('stay an onset before sound that no final has decided on, at any distance', () => {
    const marks = marksFrom(0);

    hear(marks, ...Array.from({ length: 100 }, (_, i) => chunk(i, i === 10 ? [0, 1] : undefined)));

    expect(marks.all).toEqual([10 * CHUNK - ONSET]);
  });

  it('find sound inside a chunk to 20 ms', () => {
    const marks = marksFrom(0);

    hear(
      marks,
      ...Array.from({ length: 9 }, (_, i) => chunk(i, i === 5 ? [900, 1_000] : undefined)),
    );

    // Piece 5 of the chunk: samples 800 to 960.
    expect(marks.all).toEqual([5 * CHUNK + 800 - ONSET]);
  });

  it.each([
    [32, 6 * CHUNK - ONSET],
    [-32, 6 * CHUNK - ONSET],
    [33, 3 * CHUNK - ONSET],
    [-33, 3 * CHUNK - ONSET],
  ])('take a level of %i for what it is', (level, mark) => {
    const marks = marksFrom(0);

    hear(marks, ...[0, 1, 2, 3, 4, 5].map((i) => chunk(i, i === 3 ? WHOLE : undefined, level)));

    expect(marks.all).toEqual([mark]);
  });

  it('pass over sound once a final has decided on it, with words or without', () => {
    const marks = marksFrom(0);
    const sound = (i: number) => (i === 3 ? WHOLE : undefined);
    hear(marks, ...Array.from({ length: 10 }, (_, i) => chunk(i, sound(i))));

    marks.final(0, 4 * CHUNK, undefined);

    expect(marks.all).toEqual([10 * CHUNK - ONSET]);
    expect(marks.known(0)).toBe(0);
  });

  it('wait for the rest of a sound of which a final has decided on a part', () => {
    const marks = marksFrom(0);
    hear(marks, ...Array.from({ length: 20 }, (_, i) => chunk(i, i >= 8 ? WHOLE : undefined)));

    marks.final(0, 14 * CHUNK, 10 * CHUNK);

    expect(marks.all).toEqual([14 * CHUNK - ONSET]);
  });

  it('do not pass over what was sent before it was shown', () => {
    const marks = marksFrom(0);
    hear(marks, chunk(0));

    marks.sent(10 * CHUNK);

    expect(marks.all).toEqual([0]);
  });

  it('do not pass over what was shown and not sent', () => {
    const marks = marksFrom(0);

    for (let i = 0; i < 10; i++) marks.audio(chunk(i));
    marks.sent(5 * CHUNK);

    expect(marks.all).toEqual([5 * CHUNK - ONSET]);
  });

  it('are kept by channel', () => {
    const marks = marksFrom(0, 0);
    const sounds = (i: number) => [undefined, i === 4 ? WHOLE : undefined];

    hear(marks, ...Array.from({ length: 10 }, (_, i) => stereo(i, sounds(i))));
    marks.final(1, 5 * CHUNK, 5 * CHUNK - 100);

    expect(marks.all).toEqual([10 * CHUNK - ONSET, 10 * CHUNK - ONSET]);
    expect([marks.known(0), marks.known(1)]).toEqual([0, 5 * CHUNK - 100]);
  });

  it('find sound in samples that lie among those of other chunks', () => {
    const among = marksFrom(0, 0);
    const alone = marksFrom(0, 0);
    const sounds = [
      [200, 210],
      [900, 1_300],
    ] as const;
    const samples = new Int16Array(6 * CHUNK).fill(20_000);
    const own = stereo(0, sounds);
    samples.set(new Int16Array(own.bytes.buffer), 2 * CHUNK);

    among.audio({ ...own, bytes: new Uint8Array(0), samples, samplesAt: 2 * CHUNK });
    alone.audio(own);

    expect(alone.unanswered(CHUNK)).toEqual([{ channel: 1, fromSample: 800, toSample: 1_440 }]);
    expect(among.unanswered(CHUNK)).toEqual(alone.unanswered(CHUNK));
    expect(alone.undecided(CHUNK)).toBe(5 * 160);
    expect(among.undecided(CHUNK)).toBe(5 * 160);
  });

  it('are all at the end of what was heard to its end', () => {
    const marks = marksFrom(0, 500);
    hear(marks, stereo(0, [WHOLE, WHOLE]), stereo(1, [WHOLE, undefined]));

    marks.done(3_000);

    expect(marks.all).toEqual([3_000, 3_000]);
    expect([marks.known(0), marks.known(1)]).toEqual([3_000, 3_000]);
  });

  it('keep their bound when there is more noise than can be remembered', () => {
    const marks = marksFrom(0);

    hear(marks, ...Array.from({ length: 6_000 }, (_, i) => chunk(i, [0, 100])));
    marks.final(0, 5_999 * CHUNK, undefined);

    // What was joined is one stretch of sound that reaches to the last piece of it.
    expect(marks.all[0]).toBe(5_999 * CHUNK - ONSET);
  });

  it('work at 16 kHz', () => {
    const marks = new Marks({ marks: [0], silencePeak: SILENCE_PEAK });
    marks.sampleRateHz = 16_000;

    hear(marks, ...Array.from({ length: 20 }, (_, i) => chunk(i)));

    expect(marks.all).toEqual([20 * CHUNK - 8_000]);
  });
});

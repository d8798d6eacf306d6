import { Marks } from '../../../functions/worker/segments/marks';

const SOUND = 10_000;

function chunk(startSample: number, isSound: boolean) {
  const samples = new Int16Array(1_600).fill(isSound ? SOUND : 0);
  return {
    startSample,
    sampleCount: samples.length,
    bytes: new Uint8Array(samples.buffer),
    peaks: [isSound ? SOUND : 0],
  };
}

describe('Marks.undecided', () => {
  it('counts the sound that no final has decided on, up to a position', () => {
    const marks = new Marks({ marks: [0], silencePeak: 33 });
    marks.audio(chunk(0, true));
    marks.audio(chunk(1_600, false));
    marks.audio(chunk(3_200, true));

    expect(marks.undecided(4_800)).toBe(3_200);
    expect(marks.undecided(4_000)).toBe(2_400);
    marks.final(0, 1_600, 1_500);
    expect(marks.undecided(4_800)).toBe(1_600);
    marks.done(4_800);
    expect(marks.undecided(4_800)).toBe(0);
  });
});

import { SilentEnds } from '../../../functions/worker/transcribe/silent-ends';

/** `undecided` of so many samples at each position. */
const sound = (samples: number) => () => samples;

describe('SilentEnds', () => {
  it('passes over what three sessions had nothing to say about', () => {
    const ends = new SilentEnds();

    expect(ends.ended(1_000, sound(500))).toBeUndefined();
    expect(ends.ended(1_000, sound(500))).toBeUndefined();
    expect(ends.ended(1_000, sound(500))).toBe(1_000);
  });

  it('begins anew when a session has decided on a part', () => {
    const ends = new SilentEnds();
    ends.ended(1_000, sound(500));
    ends.ended(1_000, sound(500));

    expect(ends.ended(1_000, sound(300))).toBeUndefined();
    expect(ends.ended(1_000, sound(300))).toBeUndefined();
    expect(ends.ended(1_000, sound(300))).toBe(1_000);
  });

  it('passes over only what all of them were sent', () => {
    const ends = new SilentEnds();
    const all = (toSample: number) => toSample / 2;

    expect(ends.ended(1_000, all)).toBeUndefined();
    expect(ends.ended(3_000, all)).toBeUndefined();
    expect(ends.ended(3_000, all)).toBe(1_000);
    expect(ends.ended(3_000, (to) => all(to) - 500)).toBeUndefined();
  });
});

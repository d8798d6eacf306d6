import { SilentEnds } from '../../../functions/worker/transcribe/silent-ends';

const ALIVE = true;
const MUTE = false;

/** `undecided` of so many samples at each position. */
const sound = (samples: number) => () => samples;

describe('SilentEnds', () => {
  it('passes over what two sessions had nothing to say about', () => {
    const ends = new SilentEnds();

    expect(ends.ended(1_000, sound(500), ALIVE)).toBeUndefined();
    expect(ends.ended(1_000, sound(500), ALIVE)).toBe(1_000);
  });

  it('asks a third where the second said nothing whatever', () => {
    const ends = new SilentEnds();

    expect(ends.ended(1_000, sound(500), ALIVE)).toBeUndefined();
    expect(ends.ended(1_000, sound(500), MUTE)).toBeUndefined();
    expect(ends.ended(1_000, sound(500), MUTE)).toBe(1_000);
  });

  it('begins anew when a session has decided on a part', () => {
    const ends = new SilentEnds();
    ends.ended(1_000, sound(500), ALIVE);

    expect(ends.ended(1_000, sound(300), ALIVE)).toBeUndefined();
    expect(ends.ended(1_000, sound(300), ALIVE)).toBe(1_000);
  });

  it('passes over only what both were sent', () => {
    const ends = new SilentEnds();
    const all = (toSample: number) => toSample / 2;

    expect(ends.ended(1_000, all, ALIVE)).toBeUndefined();
    expect(ends.ended(3_000, all, ALIVE)).toBe(1_000);
    expect(ends.ended(3_000, (to) => all(to) - 500, ALIVE)).toBeUndefined();
  });
});

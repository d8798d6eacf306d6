import { SilenceWatch } from '../../../functions/worker/transcribe/silence-watch';
import { StallWatch } from '../../../functions/worker/transcribe/stall-watch';

describe('StallWatch', () => {
  function prepare() {
    let nowMs = 5_000;
    const clock = { monotonicMs: () => nowMs, epochMs: () => 0, sleep: () => Promise.resolve() };
    const pass = (ms: number) => (nowMs += ms);
    return { watch: new StallWatch(clock), pass };
  }

  it('is patient for 15 s from the first sound that nothing is said to', () => {
    const { watch, pass } = prepare();
    pass(60_000);
    watch.sound(100);
    pass(14_999);
    watch.sound(200);

    expect(watch.stalled).toBe(false);
    pass(1);
    expect(watch.stalled).toBe(true);
  });

  it.each([
    ['a result comes', (watch: StallWatch) => watch.result()],
    ['another session begins', (watch: StallWatch) => watch.begin()],
  ])('begins to wait anew when %s', (_when, act) => {
    const { watch, pass } = prepare();
    watch.sound(100);
    pass(14_000);

    act(watch);
    pass(14_000);

    expect(watch.stalled).toBe(false);
  });

  it('passes over what two sessions in a row had nothing to say to, to the last sound', () => {
    const { watch } = prepare();
    watch.sound(100);
    const first = watch.gaveUp();
    watch.begin();
    watch.sound(300);

    expect([first, watch.gaveUp()]).toEqual([undefined, 300]);
  });

  it('passes nothing over when a result came in between', () => {
    const { watch } = prepare();
    watch.sound(100);
    watch.gaveUp();
    watch.result();
    watch.sound(300);

    expect(watch.gaveUp()).toBeUndefined();
  });

  it('waits longer each time for sound like hold music, and 15 s again after a result', () => {
    const { watch, pass } = prepare();
    const patience = () => {
      watch.begin();
      watch.sound(1);
      for (let waitedMs = 0; ; waitedMs += 1_000, pass(1_000)) if (watch.stalled) return waitedMs;
    };
    const giveUpTwice = () => [watch.gaveUp(), watch.gaveUp()];

    const waited = Array.from({ length: 8 }, () => [patience(), giveUpTwice()][0]);
    watch.result();

    expect(waited).toEqual([15, 30, 60, 120, 240, 480, 600, 600].map((s) => s * 1_000));
    expect(patience()).toBe(15_000);
  });
});

describe('SilenceWatch', () => {
  it('suspends after so much silence and tells of the sound that ends it', () => {
    const watch = new SilenceWatch(300, 1_000);

    const verdicts = Array.from('ss.sssss..', (each) => [
      watch.take(100, each === 's'),
      watch.hasJustEnded,
    ]);

    expect(verdicts).toEqual([
      [undefined, false],
      [undefined, false],
      [undefined, false],
      [undefined, false],
      [undefined, false],
      [undefined, false],
      ['begins', false],
      ['lasts', false],
      [undefined, true],
      [undefined, false],
    ]);
  });

  it('never suspends when that is off', () => {
    const watch = new SilenceWatch(null, 1_000);

    expect(watch.take(1e9, true) ?? watch.take(1e9, true)).toBeUndefined();
  });
});

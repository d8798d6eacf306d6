import { Refusals } from '../../../functions/worker/transcribe/refusals';

describe('Refusals', () => {
  it('believes the service that has not heard the call before', () => {
    expect(new Refusals().isFinal(0)).toBe(true);
  });

  it('believes one that has only when it says so again and again', () => {
    const refusals = new Refusals();
    refusals.heard();

    const answers = Array.from({ length: 6 }, () => refusals.isFinal(100));

    expect(answers).toEqual([false, false, false, false, false, true]);
  });

  it('counts anew when more has come into the log', () => {
    const refusals = new Refusals();
    refusals.heard();
    for (let i = 0; i < 5; i++) refusals.isFinal(100);

    expect(refusals.isFinal(101)).toBe(false);
  });
});

import { Reconnects } from '../../../functions/worker/fragments/reconnects';
import { CallscribeError } from '../../../shared/errors';

const error = (code: CallscribeError['code'], retryable: boolean) =>
  new CallscribeError(code, 'no', { retryable });

describe('Reconnects', () => {
  it('connects at once for the first time, and not twice within 250 ms', () => {
    const reconnects = new Reconnects();
    expect(reconnects.restMs(0)).toBe(0);

    reconnects.openedMs = 1_000;

    expect(reconnects.restMs(1_100)).toBe(150);
    expect(reconnects.restMs(1_300)).toBe(0);
  });

  it('takes one empty connection that lasted for proof that there is nothing', () => {
    const reconnects = new Reconnects();

    expect(reconnects.endedEmpty(2_000, 2_000)).toBe(true);
  });

  it('takes short empty connections for proof once they are 5 s apart, not sooner', () => {
    const reconnects = new Reconnects();
    const ends = [0, 500, 1_500, 3_500, 4_999, 5_000];

    const proofs = ends.map((ms) => reconnects.endedEmpty(7_000 + ms, 0));

    expect(proofs).toEqual([false, false, false, false, false, true]);
  });

  it.each([
    ['audio', (reconnects: Reconnects) => reconnects.delivered()],
    ['a failure', (reconnects: Reconnects) => reconnects.broke(error('unavailable', true), true)],
  ])('begins to count empty connections anew after %s', (_what, happens) => {
    const reconnects = new Reconnects();
    reconnects.endedEmpty(0, 0);

    happens(reconnects);

    expect(reconnects.endedEmpty(6_000, 0)).toBe(false);
    expect(reconnects.endedEmpty(11_000, 0)).toBe(true);
  });

  it('connects to an empty stream less and less often, but every 2 s', () => {
    const reconnects = new Reconnects();
    reconnects.openedMs = 0;
    const rests = Array.from({ length: 6 }, () => {
      reconnects.endedEmpty(0, 0);
      return reconnects.restMs(0);
    });

    expect(rests).toEqual([500, 1_000, 2_000, 2_000, 2_000, 2_000]);
  });

  it('waits longer after each failure, until a fragment comes', () => {
    const reconnects = new Reconnects();
    const rest = () => reconnects.restMs(1e9, () => 1);
    reconnects.failed();
    const first = rest();
    reconnects.failed();

    expect(rest()).toBe(2 * first);
    reconnects.progressed();
    expect(rest()).toBe(0);
  });

  it.each([
    ['quota-exceeded', true, false, Infinity],
    ['stream-not-found', false, false, 4],
    ['access-denied', false, false, 4],
    ['access-denied', false, true, 12],
    ['unsupported-codec', false, true, 1],
  ] as const)('gives %s (retryable: %s, under way: %s) %d attempts', (code, retryable, way, n) => {
    const reconnects = new Reconnects();
    let attempts = 1;
    while (attempts < 100 && reconnects.broke(error(code, retryable), way)) attempts += 1;

    expect(attempts === 100 ? Infinity : attempts).toBe(n);
  });

  it('is patient again after a connection that was accepted', () => {
    const reconnects = new Reconnects();
    const denied = error('access-denied', false);
    for (let attempt = 0; attempt < 3; attempt += 1) reconnects.broke(denied, false);

    reconnects.opened();

    expect(reconnects.broke(denied, false)).toBe(true);
  });
});

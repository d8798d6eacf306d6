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
    reconnects.openedMs = 0;

    expect(reconnects.endedEmpty(2_000)).toBe(true);
  });

  it('takes three short empty connections in a row for proof', () => {
    const reconnects = new Reconnects();
    reconnects.openedMs = 0;

    expect([1, 2, 3].map(() => reconnects.endedEmpty(10))).toEqual([false, false, true]);
    reconnects.delivered();
    expect(reconnects.endedEmpty(10)).toBe(false);
  });

  it('connects to an empty stream less and less often, but every 2 s', () => {
    const reconnects = new Reconnects();
    reconnects.openedMs = 0;
    const rests = Array.from({ length: 6 }, () => {
      reconnects.endedEmpty(0);
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

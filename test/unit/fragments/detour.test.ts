import { Detour } from '../../../functions/worker/fragments/detour';

/** Fails at `number` for two minutes, once every ten seconds. */
function failing(number: string | undefined): Detour {
  const detour = new Detour();
  for (let second = 0; second <= 120; second += 10) {
    if (detour.isLook) break;
    detour.failed(number, second * 1000);
  }
  return detour;
}

describe('Detour', () => {
  it('stays at a place that has failed often but not for long', () => {
    const detour = new Detour();

    for (let at = 0; at < 50_000; at += 1_000) detour.failed('7', at);

    expect(detour.position(0)).toBeUndefined();
  });

  it('looks behind a place that fails for long, and comes back to try it again', () => {
    const detour = failing('7');
    expect(detour.isLook).toBe(true);
    expect(detour.position(0)).toEqual({ type: 'after', fragmentNumber: '7' });

    detour.seen();

    expect(detour.isLook).toBe(false);
    expect(detour.position(0)).toBeUndefined();
  });

  it('passes a fragment over when it fails though what lies behind can be read', () => {
    const detour = failing('7');
    detour.seen();

    detour.failed('7', 200_000);

    expect(detour.isPass).toBe(true);
    expect(detour.position(0)).toEqual({ type: 'after', fragmentNumber: '7' });
  });

  it('passes nothing over while nothing can be read', () => {
    const detour = failing('7');

    for (let at = 200_000; at < 400_000; at += 10_000) detour.failed('7', at);

    expect(detour.isPass).toBe(false);
  });

  it('comes back when there is nothing behind', () => {
    const detour = failing('7');

    detour.sawNothing();

    expect(detour.position(0)).toBeUndefined();
  });

  it('looks behind the next one when that fails too', () => {
    const detour = failing('7');
    detour.failed('8', 200_000);
    expect(detour.position(0)).toBeUndefined();

    detour.failed('7', 210_000);

    expect(detour.position(0)).toEqual({ type: 'after', fragmentNumber: '8' });
  });

  it('steps by time where the failures bear no number', () => {
    const detour = failing(undefined);

    expect(detour.position(50_000)).toEqual({ type: 'producer-time', epochMs: 52_000 });
    expect(detour.position(undefined)).toBeUndefined();
  });

  it('forgets all of it when a fragment comes through', () => {
    const detour = failing('7');
    detour.seen();
    detour.progressed();

    detour.failed('9', 300_000);

    expect(detour.isPass).toBe(false);
    expect(detour.position(0)).toBeUndefined();
  });
});

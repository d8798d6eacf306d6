import { CallOwners } from '../../chaos/run/call-owners';

const FIRST = 1;
const SECOND = 2;

function owners() {
  const clock = { ms: 0 };
  return { clock, owners: new CallOwners(() => clock.ms) };
}

describe('CallOwners', () => {
  it('tells how long a call was without a worker', () => {
    const { clock, owners: calls } = owners();
    calls.claimed('call-1', FIRST);
    calls.lost(FIRST);
    clock.ms = 9_000;
    calls.claimed('call-1', SECOND);

    expect(calls.resumedAfterMs).toEqual([9_000]);
    expect([calls.of(FIRST), calls.of(SECOND)]).toEqual([[], ['call-1']]);
  });

  it('counts from the first loss when the second worker is struck before it can claim', () => {
    const { clock, owners: calls } = owners();
    calls.claimed('call-1', FIRST);
    calls.lost(FIRST);
    clock.ms = 3_000;
    calls.lost(FIRST);
    clock.ms = 14_000;
    calls.claimed('call-1', SECOND);

    expect(calls.resumedAfterMs).toEqual([14_000]);
  });

  it('counts what nobody took over until its own worker goes on', () => {
    const { clock, owners: calls } = owners();
    calls.claimed('call-1', FIRST);
    calls.claimed('call-2', FIRST);
    calls.lost(FIRST);
    clock.ms = 10_000;
    calls.claimed('call-2', SECOND);
    clock.ms = 15_000;
    calls.continues(FIRST);
    clock.ms = 60_000;
    calls.lost(FIRST);
    clock.ms = 69_000;
    calls.claimed('call-1', SECOND);

    expect(calls.resumedAfterMs).toEqual([10_000, 15_000, 9_000]);
  });

  it('does not take a call as resumed by a worker from which it was taken', () => {
    const { clock, owners: calls } = owners();
    calls.claimed('call-1', FIRST);
    calls.lost(FIRST);
    clock.ms = 10_000;
    calls.claimed('call-1', SECOND);
    calls.lost(SECOND);
    clock.ms = 15_000;
    calls.continues(FIRST);
    clock.ms = 20_000;
    calls.claimed('call-1', FIRST);

    expect(calls.resumedAfterMs).toEqual([10_000, 10_000]);
  });

  it('has no calls that were let go', () => {
    const { owners: calls } = owners();
    calls.claimed('call-1', FIRST);
    calls.letGo('call-1', FIRST);
    calls.lost(FIRST);
    calls.claimed('call-1', SECOND);

    expect(calls.resumedAfterMs).toEqual([]);
  });
});

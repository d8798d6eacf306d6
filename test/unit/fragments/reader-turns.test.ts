import { Collected, FakeStream, audioOf, fakeFragment, until } from './fake-stream';

const fragments = [9_000, 4_000, 0, 0].map((millisBehindNow, index) =>
  fakeFragment(index + 1, { millisBehindNow }),
);

/** The same, each more than is read in one turn. */
const largeFragments = [9_000, 4_000, 0, 0].map((millisBehindNow, index) =>
  fakeFragment(index + 1, {
    millisBehindNow,
    blocks: [1, 2].map((trackNumber) => ({
      trackNumber,
      timestampMs: 0,
      payload: new Uint8Array(20_000).fill(index),
    })),
  }),
);

function prepare(of = fragments) {
  const stream = new FakeStream(of);
  stream.readBytes = of[0]!.bytes.length;
  const waiting: (() => void)[] = [];
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { stream, waiting, turn };
}

describe('a reader that gives way to others', () => {
  it('asks before it reads on while it is behind, and no more at the live edge', async () => {
    const { stream } = prepare(largeFragments);
    let asked = 0;

    await stream.collect({ turn: () => void (asked += 1) }, until.completed(4));

    expect(asked).toBe(3);
  });

  it('reads what comes to a second of two channels in one turn', async () => {
    const { stream } = prepare();
    let asked = 0;

    await stream.collect({ turn: () => void (asked += 1) }, until.completed(4));

    expect(asked).toBe(1);
  });

  it('counts no silence while it waits for its turn between two ticks', async () => {
    const { stream } = prepare();
    // The first read brings no audio yet.
    stream.readBytes = 40;
    const reader = stream.read({ turn: () => stream.clock.sleep(300) });
    const idleMs: number[] = [];
    for (let pull = 0; pull < 4; pull += 1) {
      const { value } = await stream.clock.drive(reader.next());
      if (value !== undefined) idleMs.push(value.idleMs);
    }

    expect(Math.max(...idleMs)).toBeLessThan(300);
    await reader.return();
  });

  it('reads on when its turn comes, and leaves nothing out', async () => {
    const { stream } = prepare();
    const turn = () => stream.clock.sleep(200);

    const collected = await stream.collect({ turn }, until.completed(4));

    expect(collected.audio()).toEqual(await audioOf(fragments));
    expect(stream.requests).toHaveLength(1);
  });

  it('notices after its turn when nothing comes any more', async () => {
    const { stream } = prepare(fragments.slice(0, 1));
    const reader = stream.read({ turn: () => stream.clock.sleep(200) });
    for (let pull = 0; pull < 200 && stream.requests.length < 2; pull += 1) {
      await stream.clock.drive(reader.next());
    }

    expect(stream.requests).toHaveLength(2);
    await reader.return();
  });

  it('reads nothing before, and tells where it stands at a tick', async () => {
    const { stream, waiting, turn } = prepare();
    const reader = stream.read({ turn });
    const collected = new Collected();
    for (let pull = 0; pull < 30; pull += 1) {
      const { value } = await stream.clock.drive(reader.next());
      if (value !== undefined) collected.add(value);
    }

    expect(waiting).toHaveLength(1);
    expect(collected.events).toEqual([]);
    expect(collected.status).toBe('behind');
    await reader.return();
  });

  it('lets go of the connection when it is closed while it waits', async () => {
    const { stream, waiting, turn } = prepare();
    const reader = stream.read({ turn });
    await stream.clock.drive(reader.next());
    const pulled = reader.next();
    await stream.clock.drive(reader.return());
    waiting[0]?.();

    expect((await pulled).done).toBe(true);
    expect(stream.open).toBe(0);
  });

  it('ends as aborted when the call is stopped while it waits', async () => {
    const { stream, waiting, turn } = prepare();
    const reader = stream.read({ turn });
    await stream.clock.drive(reader.next());
    const pulled = reader.next();
    stream.stop.abort();
    waiting[0]?.();

    await expect(pulled).rejects.toMatchObject({ code: 'aborted' });
    expect(stream.open).toBe(0);
  });
});

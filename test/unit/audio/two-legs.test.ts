import { agent, caller, connect, place } from './place';
import { silent, spoken } from './placed';
import { START_MS, ended, left, right, twoTracks, voice, type Step } from './voice';

describe('placeAudio, two tracks of one stream', () => {
  it('interleaves them, the caller first', async () => {
    const placed = await place([connect(twoTracks(left(0, 5_000), right(0, 5_000)))]);

    expect(placed.stretches(0, 2, 1)).toEqual([spoken(0, 5_000)]);
    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 5_000)]);
    expect(placed.end.received).toEqual({ caller: 40_000, agent: 40_000 });
    expect(placed.gaps()).toEqual([]);
  });

  it('is silent where one begins later', async () => {
    const placed = await place([connect(twoTracks(left(0, 9_216), right(3_072, 9_216)))]);

    expect(placed.stretches(1, 2, 2)).toEqual([silent(0, 3_072), spoken(3_072, 9_216)]);
    expect(placed.of('leg')).toEqual([
      { type: 'leg', channel: 'caller', sample: 0 },
      { type: 'leg', channel: 'agent', sample: 3_072 * 8 },
    ]);
  });

  it('does not wait for the end of a fragment that never ends', async () => {
    const endless = voice({ seed: 1, fromMs: 0, toMs: 40_000, blocksPerFragment: 1_000 });

    const placed = await place([connect(twoTracks(endless, []))]);

    expect(placed.givenMs(20_000 * 8)).toBeLessThan(33_000);
  });

  it('does not wait for one that is never there', async () => {
    const placed = await place([connect(twoTracks(left(0, 20_480), []))]);

    expect(placed.stretches(1, 2, 2)).toEqual([silent(0, 20_480)]);
    expect(placed.givenMs(10_000 * 8)).toBeLessThan(14_000);
    expect(placed.end.received).toEqual({ caller: 20_480 * 8, agent: 0 });
  });
});

describe('placeAudio, two streams', () => {
  it.each([
    ['the caller', 0, 700],
    ['the agent', 700, 0],
    ['the agent, and long before', 9_000, 0],
  ])('begins with whoever speaks first: %s', async (_name, callerFrom, agentFrom) => {
    const placed = await place([caller(left(callerFrom, 12_000)), agent(right(agentFrom, 12_000))]);

    const origin = Math.min(callerFrom, agentFrom);
    expect(placed.of('origin')[0]?.startTimeMs).toBe(START_MS + origin);
    const shifted = (from: number) => [
      ...(from === origin ? [] : [silent(0, from - origin)]),
      spoken(from - origin, 12_000 - origin, origin),
    ];
    expect(placed.stretches(0, 2, 1)).toEqual(shifted(callerFrom));
    expect(placed.stretches(1, 2, 2)).toEqual(shifted(agentFrom));
    expect(placed.gaps()).toEqual([]);
  });

  it('waits for a stream whose audio is older but arrives later', async () => {
    const live = { atMs: 0, status: 'live', events: [] } as Step;
    const placed = await place([
      caller([live, ...left(1_000, 5_000)]),
      agent([live, ...right(200, 5_000, { delayMs: 1_500 })]),
    ]);

    expect(placed.of('origin')[0]?.startTimeMs).toBe(START_MS + 200);
    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 4_800, 200)]);
  });

  it('loses no block of a fragment that began before the first sample was seen', async () => {
    // The tags of both fragments come alone, ahead of their first blocks.
    const placed = await place([caller(left(0, 3_000)), agent(right(0, 3_000))]);

    expect(placed.end.received).toEqual({ caller: 24_000, agent: 24_000 });
  });

  it('keeps every sample where fragments arrive whole and are longer than absence', async () => {
    const long = { blocksPerFragment: 78, wholeFragments: true };
    const placed = await place([
      caller(voice({ seed: 1, fromMs: 0, toMs: 40_000, ...long })),
      agent(right(2_000, 40_000, long)),
    ]);

    expect(placed.gaps()).toEqual([]);
    expect(placed.end.received).toEqual({ caller: 320_000, agent: 304_000 });
  });

  it('does not wait long for a live leg that falls silent', async () => {
    const placed = await place([caller(left(0, 30_000)), agent(right(0, 10_240))]);

    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 10_240), silent(10_240, 30_000)]);
    expect(placed.givenMs(20_000 * 8)).toBeLessThan(24_000);
  });

  it('does not wait long either where fragments are long', async () => {
    const long = { blocksPerFragment: 78, wholeFragments: true };
    const placed = await place([
      caller(voice({ seed: 1, fromMs: 0, toMs: 40_000, ...long })),
      agent(right(0, 10_000, long)),
    ]);

    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 10_000), silent(10_000, 40_000)]);
    expect(placed.givenMs(20_000 * 8)).toBeLessThan(33_000);
  });

  it('records the hole when a leg that fell silent comes back', async () => {
    const steps = [...right(0, 5_120), ...right(15_000, 20_000, { firstOrdinal: 30 })];

    const placed = await place([caller(left(0, 20_000)), agent(steps)]);

    expect(placed.gaps()).toEqual([['agent', 5_120, 15_000, 'hole']]);
    expect(placed.stretches(1, 2, 2)).toEqual([
      spoken(0, 5_120),
      silent(5_120, 15_000),
      spoken(15_000, 20_000),
    ]);
  });

  it.each(['connecting', 'behind'] as const)(
    'holds both while one is %s, and loses nothing of it',
    async (status) => {
      const steps = [...right(0, 5_120), { atMs: 5_121, status, events: [] } as Step];
      const rest = right(5_120, 20_000, { firstOrdinal: 30, delayMs: 20_000 });

      const placed = await place([caller(left(0, 20_000)), agent([...steps, ...rest])]);

      expect(placed.gaps()).toEqual([]);
      expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 20_000)]);
      expect(placed.givenMs(6_000 * 8)).toBeGreaterThan(25_000);
    },
  );

  it('holds no longer than the bound; what comes later is a gap, and said to be late', async () => {
    const steps = [...right(0, 5_120), { atMs: 5_121, status: 'connecting', events: [] } as Step];
    const rest = right(5_120, 60_000, { firstOrdinal: 30, delayMs: 45_000 });

    const placed = await place([caller(left(0, 60_000)), agent([...steps, ...rest])]);

    const [[channel, fromMs, toMs, reason] = []] = placed.gaps();
    expect(placed.gaps()).toHaveLength(1);
    expect([channel, fromMs, reason]).toEqual(['agent', 5_120, 'late']);
    expect(placed.stretches(0, 2, 1)).toEqual([spoken(0, 60_000)]);
    expect(placed.stretches(1, 2, 2)).toEqual([
      spoken(0, 5_120),
      silent(5_120, toMs!),
      spoken(toMs!, 60_000),
    ]);
    expect(placed.end.received.agent).toBe(60_000 * 8 - (toMs! - 5_120) * 8);
  });

  it('tells of such silence before the chunks that show it, and of its end behind its gap', async () => {
    const steps = [...right(0, 5_120), { atMs: 5_121, status: 'connecting', events: [] } as Step];
    const rest = right(5_120, 60_000, { firstOrdinal: 30, delayMs: 45_000 });

    const placed = await place([caller(left(0, 60_000)), agent([...steps, ...rest])]);

    const unheard = placed.of('unheard');
    expect(unheard.map(({ channel, fromSample }) => [channel, fromSample])).toEqual([
      ['agent', 5_120 * 8],
      ['agent', undefined],
    ]);
    const [gap] = placed.of('gap');
    const at = (item: unknown) => placed.items.indexOf(item as (typeof placed.items)[number]);
    const chunkOf = (sample: number) =>
      placed.chunks.find((chunk) => chunk.startSample + chunk.sampleCount > sample);
    const showing = (sample: number) =>
      placed.items.findIndex((item) => item.type === 'chunk' && item.chunk === chunkOf(sample));
    expect(at(unheard[0])).toBeLessThan(showing(5_120 * 8));
    expect(at(gap)).toBeGreaterThan(showing(gap!.toSample - 1_600));
    expect(at(unheard[1])).toBeGreaterThan(at(gap));
    expect(at(unheard[1])).toBeLessThan(showing(gap!.toSample));
  });

  it('holds no longer than the bound for a stream that was never reached', async () => {
    const unreachable = { atMs: 0, status: 'connecting', events: [] } as Step;

    const placed = await place([caller(left(0, 60_000)), agent([unreachable])], {
      maxDurationMs: 60_000,
    });

    expect(placed.stretches(0, 2, 1)).toEqual([spoken(0, 60_000)]);
    expect(placed.givenMs(0)).toBeLessThan(33_000);
    expect(placed.end.received).toEqual({ caller: 480_000, agent: 0 });
  });

  it('holds little: the stream that is ahead is not read on', async () => {
    const steps = [...right(0, 1_024), { atMs: 1_025, status: 'connecting', events: [] } as Step];
    const rest = right(1_024, 60_000, { firstOrdinal: 30, delayMs: 25_000 });
    let mostAhead = 0;
    const watched = left(0, 60_000).map((step) => ({
      ...step,
      get events() {
        mostAhead = Math.max(mostAhead, step.atMs);
        return step.events;
      },
    }));
    const reached: number[] = [];
    const watching = [...rest].map((step) => ({
      ...step,
      get events() {
        reached.push(mostAhead - step.atMs + 25_000);
        return step.events;
      },
    }));

    await place([caller(watched), agent([...steps, ...watching])]);

    expect(Math.max(...reached)).toBeLessThan(7_000);
  });

  it('goes on with one when the other’s stream is deleted', async () => {
    const placed = await place([
      caller(left(0, 10_000)),
      agent([...right(0, 5_120), ended(5_200, 'stream-deleted')]),
    ]);

    expect(placed.stretches(0, 2, 1)).toEqual([spoken(0, 10_000)]);
    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 5_120), silent(5_120, 10_000)]);
    expect(placed.givenMs(9_000 * 8)).toBeLessThan(10_000);
  });

  it('does not pass over late audio in silence after a pause', async () => {
    const steps = [...right(0, 9_216), { atMs: 9_217, status: 'live', events: [] } as Step];
    const rest = right(9_216, 12_000, { firstOrdinal: 30, delayMs: 25_000 });

    const placed = await place([caller(left(0, 10_000)), agent([...steps, ...rest])]);

    expect(placed.gaps()).toEqual([['agent', 9_216, 10_000, 'late']]);
    expect(placed.end.received.agent).toBe((12_000 - (10_000 - 9_216)) * 8);
  });
});

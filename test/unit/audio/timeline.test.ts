import { numberOf } from '../../support/mkv-builder';
import {
  AGENT,
  AGENT_TRACK,
  CALLER,
  START_MS,
  TRACK,
  ended,
  place,
  twoTracks,
  voice,
  type Step,
} from './support';

const caller = (steps: Step[]) => ({ legs: [{ leg: CALLER }], steps });
const agent = (steps: Step[]) => ({ legs: [{ leg: AGENT }], steps });
const connect = (steps: Step[]) => ({ legs: [{ leg: CALLER }, { leg: AGENT }], steps });
const left = (fromMs: number, toMs: number) => voice({ seed: 1, fromMs, toMs });
const right = (fromMs: number, toMs: number, more: Partial<Parameters<typeof voice>[0]> = {}) =>
  voice({ seed: 2, fromMs, toMs, track: AGENT_TRACK, ...more });
const spoken = (fromMs: number, toMs: number, shiftMs = 0) => ({
  kind: 'voice',
  fromMs,
  toMs,
  shiftMs,
});
const silent = (fromMs: number, toMs: number) => ({ kind: 'silence', fromMs, toMs, shiftMs: 0 });

describe('placeAudio, one leg', () => {
  it('gives every sample at its place, from the first one on', async () => {
    const placed = await place([caller(left(5_000, 9_000))]);

    expect(placed.of('origin')).toEqual([
      { type: 'origin', startTimeMs: START_MS + 5_000, sampleRateHz: 8_000 },
    ]);
    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 4_000, 5_000)]);
    expect(placed.gaps()).toEqual([]);
    expect(placed.of('leg')).toEqual([{ type: 'leg', channel: 'caller', sample: 0 }]);
    expect(placed.end).toMatchObject({ reason: 'idle', sample: 32_000 });
    expect(placed.end.received).toEqual({ caller: 32_000 });
  });

  it.each([
    ['Connect', 512, 16],
    ['20 ms packets', 160, 50],
    ['an odd number', 333, 7],
    ['one second', 8_000, 1],
    ['one sample', 1, 400],
  ])('takes blocks of %s', async (_name, blockSamples, blocksPerFragment) => {
    const toMs = blockSamples === 1 ? 500 : 4_000;
    const steps = voice({ seed: 1, fromMs: 0, toMs, blockSamples, blocksPerFragment });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, toMs)]);
    expect(placed.gaps()).toEqual([]);
  });

  it('cuts chunks at fixed multiples of the timeline', async () => {
    const placed = await place([caller(left(0, 3_100))]);

    expect(placed.chunks.map(({ startSample }) => startSample % 1_600)).toEqual(
      placed.chunks.map(() => 0),
    );
    expect(placed.chunks.at(-1)?.sampleCount).toBe(800);
  });

  it('writes a hole down, and hears silence in its place', async () => {
    const steps = [
      ...left(0, 2_048),
      ...voice({ seed: 1, fromMs: 5_048, toMs: 7_000, firstOrdinal: 9 }),
    ];

    const placed = await place([caller(steps)]);

    expect(placed.gaps()).toEqual([['caller', 2_048, 5_048, 'hole']]);
    expect(placed.stretches(0, 1, 1)).toEqual([
      spoken(0, 2_048),
      silent(2_048, 5_048),
      spoken(5_048, 7_000),
    ]);
  });

  it('sends nothing of a long hole, and lets the session go', async () => {
    const steps = [
      ...left(0, 2_048),
      ...voice({ seed: 1, fromMs: 62_048, toMs: 64_000, firstOrdinal: 9 }),
    ];

    const placed = await place([caller(steps)], { idleLimitMs: 120_000 });

    expect(placed.gaps()).toEqual([['caller', 2_048, 62_048, 'hole']]);
    const kinds = placed.stretches(0, 1, 1).map(({ kind }) => kind);
    expect(kinds).toEqual(['voice', 'none', 'silence', 'voice']);
    expect(placed.of('pause').length).toBeGreaterThan(0);
    expect(placed.end.sample).toBe(64_000 * 8);
  });

  it('names what was given up as the reason of the hole', async () => {
    const steps = [
      ...left(0, 2_048),
      { atMs: 2_050, events: [{ type: 'skipped', reason: 'malformed' }] } as Step,
      ...voice({ seed: 1, fromMs: 3_048, toMs: 4_000, firstOrdinal: 9 }),
      ...voice({ seed: 1, fromMs: 5_000, toMs: 6_000, firstOrdinal: 12 }),
    ];

    const placed = await place([caller(steps)]);

    expect(placed.gaps()).toEqual([
      ['caller', 2_048, 3_048, 'malformed'],
      ['caller', 4_000, 5_000, 'hole'],
    ]);
  });

  it.each([
    ['15 ms forward', 15],
    ['15 ms back', -15],
  ])('goes by the count while times part by no more than %s', async (_name, jumpMs) => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs + jumpMs : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 3_000, clockMs });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 3_000)]);
    expect(placed.gaps()).toEqual([]);
  });

  it('takes 16 ms forward for a hole', async () => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs + 16 : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 3_000, clockMs });

    const placed = await place([caller(steps)]);

    expect(placed.gaps()).toEqual([['caller', 1_024, 1_040, 'hole']]);
    expect(placed.stretches(0, 1, 1).at(-1)).toEqual(spoken(1_040, 3_016, -16));
  });

  it('counts on after a jump back, and goes by the new clock from there', async () => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs - 60_000 : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 2_048, clockMs });
    const later = voice({ seed: 1, fromMs: 3_048, toMs: 4_000, clockMs, firstOrdinal: 9 });

    const placed = await place([caller([...steps, ...later])]);

    expect(placed.gaps()).toEqual([['caller', 2_048, 3_048, 'hole']]);
    expect(placed.stretches(0, 1, 1)).toEqual([
      spoken(0, 2_048),
      silent(2_048, 3_048),
      spoken(3_048, 4_000),
    ]);
  });

  it('takes a clock that jumps by more than a day for wrong', async () => {
    const clockMs = (timeMs: number) => (timeMs >= 1_024 ? timeMs + 100_000_000 : timeMs);
    const steps = voice({ seed: 1, fromMs: 0, toMs: 3_000, clockMs });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 3_000)]);
    expect(placed.gaps()).toEqual([]);
  });

  it('keeps the timeline through rounded block times', async () => {
    // 333 samples are 41.625 ms: each time is rounded to a whole one.
    const steps = voice({ seed: 1, fromMs: 0, toMs: 60_000, blockSamples: 333 });

    const placed = await place([caller(steps)]);

    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 60_000)]);
  });
});

describe('placeAudio, the end', () => {
  const control = (endTimeMs: number) => ({ control: { endTimeMs: START_MS + endTimeMs } });

  it('cuts at the end time, to the sample', async () => {
    const placed = await place([caller(left(0, 5_000))], control(3_333));

    expect(placed.end).toMatchObject({ reason: 'ended', sample: 3_333 * 8 });
    expect(placed.end.received).toEqual({ caller: 3_333 * 8 });
    expect(placed.stretches(0, 1, 1)).toEqual([spoken(0, 3_333)]);
  });

  it('records a hole that reaches to the end time', async () => {
    const steps = [
      ...left(0, 1_024),
      ...voice({ seed: 1, fromMs: 6_000, toMs: 8_000, firstOrdinal: 5 }),
    ];

    const placed = await place([caller(steps)], control(5_000));

    expect(placed.gaps()).toEqual([['caller', 1_024, 5_000, 'hole']]);
  });

  it('records what was given up last as a gap up to the end time', async () => {
    const skipped: Step = {
      atMs: 2_100,
      status: 'live',
      events: [{ type: 'skipped', reason: 'malformed' }],
    };

    const placed = await place([caller([...left(0, 2_048), skipped])], control(3_000));

    expect(placed.gaps()).toEqual([['caller', 2_048, 3_000, 'malformed']]);
    expect(placed.end.sample).toBe(24_000);
  });

  it('waits 10 s at the live edge for what may still come', async () => {
    const late = voice({ seed: 1, fromMs: 2_048, toMs: 3_000, firstOrdinal: 3, delayMs: 9_000 });

    const placed = await place([caller([...left(0, 2_048), ...late])], control(4_000));

    expect(placed.end).toMatchObject({ reason: 'ended', sample: 24_000 });
  });

  it('counts these 10 s from when the end is known, however long it was quiet before', async () => {
    const live = { endTimeMs: null as number | null };
    const quiet = [...left(0, 1_024), { atMs: 40_000, events: [] } as Step];
    const late = voice({ seed: 1, fromMs: 41_000, toMs: 42_000, firstOrdinal: 3, delayMs: 5_000 });
    // The end becomes known while the steps are made: at the first one after 40 s.
    Object.defineProperty(quiet.at(-1), 'events', {
      get: () => {
        live.endTimeMs = START_MS + 42_000;
        return [];
      },
    });

    const placed = await place([caller([...quiet, ...late])], { control: live });

    expect(placed.end).toMatchObject({ reason: 'ended', sample: 42_000 * 8 });
  });

  it('waits for a stream that is not at its live edge', async () => {
    const steps = [...left(0, 1_024), { atMs: 1_100, status: 'connecting', events: [] } as Step];
    const late = voice({ seed: 1, fromMs: 1_024, toMs: 4_000, firstOrdinal: 3, delayMs: 300_000 });

    const placed = await place([caller([...steps, ...late])], control(4_000));

    expect(placed.end.sample).toBe(32_000);
    expect(placed.gaps()).toEqual([]);
  });

  it('comes when the stream has been quiet for the idle limit', async () => {
    const placed = await place([caller(left(0, 1_000))], { idleLimitMs: 30_000 });

    expect(placed.end).toMatchObject({ reason: 'idle', sample: 8_000 });
    expect(placed.of('pause')).toHaveLength(1);
  });

  it('comes at the maximum duration', async () => {
    const placed = await place([caller(left(0, 30_000))], { maxDurationMs: 10_000 });

    expect(placed.end.reason).toBe('max-duration');
    expect(placed.end.sample).toBeGreaterThanOrEqual(80_000);
    expect(placed.end.sample).toBeLessThan(81_000);
  });

  it.each(['connecting', 'behind'] as const)(
    'comes at the maximum duration also for a stream that is %s for ever',
    async (status) => {
      const steps = [...left(0, 1_000), { atMs: 1_100, status, events: [] } as Step];

      const placed = await place([caller(steps)], { maxDurationMs: 3_600_000 });

      expect(placed.end.reason).toBe('max-duration');
    },
  );

  it.each(['another-call', 'stream-deleted'] as const)('comes with %s', async (reason) => {
    const placed = await place([caller([...left(0, 1_000), ended(1_001, reason)])]);

    expect(placed.end).toMatchObject({ reason, sample: 8_000 });
    expect(placed.closed).toBe(true);
  });

  it.each([
    ['quiet', [{ atMs: 0, status: 'live', events: [] }] as Step[], 'idle'],
    ['another call’s', [ended(100, 'another-call')], 'another-call'],
    ['never connected', [{ atMs: 0, status: 'connecting', events: [] }] as Step[], 'max-duration'],
  ])('comes without an origin when all of the stream is %s', async (_name, steps, reason) => {
    const placed = await place([caller(steps)]);

    expect(placed.items).toEqual([{ type: 'end', reason, sample: 0, received: {} }]);
    expect(placed.closed).toBe(true);
  });

  it('does not wait for the idle limit when nothing came and the end is known', async () => {
    const steps: Step[] = [{ atMs: 0, status: 'live', events: [] }];

    const placed = await place([caller(steps)], { ...control(5_000), idleLimitMs: 600_000 });

    expect(placed.end.reason).toBe('idle');
    expect(placed.lastMs).toBeLessThan(15_000);
  });

  it('does not come before the other tracks of the same fragment', async () => {
    const events = voice({ seed: 1, fromMs: 0, toMs: 1_024 }).flatMap((step) => step.events);
    const others = right(0, 1_024).flatMap((step) => step.events);
    const isBlock = ({ type }: { type: string }) => type === 'block';
    const start = {
      ...events[0]!,
      tracks: new Map([
        [1, TRACK],
        [2, AGENT_TRACK],
      ]),
    };
    const inTurn = [start, ...events.filter(isBlock), ...others.filter(isBlock), events.at(-1)!];
    const steps = inTurn.map((event, index) => ({ atMs: 1_000 + index, events: [event] }) as Step);

    const placed = await place([connect(steps)], control(1_024));

    expect(placed.end.received).toEqual({ caller: 8_192, agent: 8_192 });
  });

  it('closes its readers when the consumer leaves', async () => {
    await expect(
      place([caller(voice({ seed: 1, fromMs: 0, toMs: 500, track: { codecId: 'A_OPUS' } }))]),
    ).rejects.toMatchObject({ code: 'unsupported-codec' });
  });
});

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

describe('placeAudio, resumed where the stream has expired', () => {
  const origin = { startTimeMs: START_MS, sampleRateHz: 8_000 };
  const resume = {
    fragmentNumber: numberOf(1),
    previousFragmentNumber: null,
    producerTimestampMs: START_MS,
    sample: 0,
    anchorMs: START_MS,
    received: 0,
  };
  const expired: Step = {
    atMs: 0,
    status: 'live',
    events: [{ type: 'skipped', reason: 'expired' }],
  };
  const resumed = { origin, fromSample: 16_000 };
  const callerLeg = { leg: CALLER, resume };
  const agentLeg = { leg: AGENT, resume };

  it('fails when nothing is left', async () => {
    await expect(place([{ legs: [callerLeg], steps: [expired] }], resumed)).rejects.toMatchObject({
      code: 'stream-expired',
      retryable: false,
    });
  });

  it('fails also when the other leg never was there', async () => {
    const streams = [
      { legs: [callerLeg], steps: [expired] },
      { legs: [{ leg: AGENT }], steps: [{ ...expired, events: [] }] },
    ];

    await expect(place(streams, resumed)).rejects.toMatchObject({ code: 'stream-expired' });
  });

  it('goes on behind what has expired, and records only what was not heard before', async () => {
    const rest = voice({ seed: 1, fromMs: 4_096, toMs: 6_000, firstOrdinal: 5 });

    const placed = await place([{ legs: [callerLeg], steps: [expired, ...rest] }], resumed);

    expect(placed.gaps()).toEqual([['caller', 2_000, 4_096, 'expired']]);
    expect(placed.end).toMatchObject({ reason: 'idle', sample: 48_000 });
  });

  it('records the whole rest of one leg when only that has expired', async () => {
    const placed = await place(
      [
        { legs: [callerLeg], steps: left(0, 6_000) },
        { legs: [agentLeg], steps: [expired] },
      ],
      resumed,
    );

    expect(placed.gaps()).toEqual([['agent', 2_000, 6_000, 'expired']]);
    expect(placed.end.sample).toBe(48_000);
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

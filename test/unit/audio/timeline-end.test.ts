import { agent, caller, connect, place } from './place';
import { spoken } from './placed';
import {
  AGENT_TRACK,
  CALLER,
  RATE_HZ,
  START_MS,
  TRACK,
  ended,
  left,
  resumePoint,
  right,
  twoTracks,
  voice,
  type Step,
} from './voice';

/** Of each read the caller's blocks come first, and by themselves. */
function oneTrackAtATime(callers: Step[], agents: Step[]): Step[] {
  return twoTracks(callers, agents).flatMap((step) =>
    step.events.map((event) => ({ ...step, events: [event] })),
  );
}

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
    expect(placed.end.sample).toBe(40_000);
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
    expect(placed.end.sample).toBe(80_000);
  });

  it.each([
    [
      'two tracks, of which a read brings one',
      [connect(oneTrackAtATime(left(0, 30_000), right(0, 30_000)))],
    ],
    [
      'two streams, of which one is late',
      [caller(left(0, 30_000)), agent(right(0, 30_000, { delayMs: 700 }))],
    ],
  ])('comes at the maximum duration of every channel: %s', async (_name, streams) => {
    const placed = await place(streams, { maxDurationMs: 10_000 });

    expect(placed.stretches(0, 2, 1)).toEqual([spoken(0, 10_000)]);
    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 10_000)]);
    expect(placed.end).toEqual({
      type: 'end',
      reason: 'max-duration',
      sample: 80_000,
      received: { caller: 80_000, agent: 80_000 },
    });
  });

  it('comes at the maximum duration with nothing received of a channel that was silent', async () => {
    const placed = await place([connect(left(0, 30_000))], { maxDurationMs: 10_100 });

    expect(placed.stretches(0, 2, 1)).toEqual([spoken(0, 10_200)]);
    expect(placed.end).toEqual({
      type: 'end',
      reason: 'max-duration',
      sample: 81_600,
      received: { caller: 81_600, agent: 0 },
    });
  });

  it('records a hole that reaches beyond the maximum duration up to it', async () => {
    const holed = [
      ...left(0, 9_024),
      ...voice({ seed: 1, fromMs: 13_000, toMs: 20_000, firstOrdinal: 50 }),
    ];
    const streams = [caller(holed), agent(right(0, 30_000, { delayMs: 3_500 }))];

    const placed = await place(streams, { maxDurationMs: 10_000 });

    expect(placed.gaps()).toEqual([['caller', 9_024, 10_000, 'hole']]);
    expect(placed.stretches(1, 2, 2)).toEqual([spoken(0, 10_000)]);
    expect(placed.end).toMatchObject({
      reason: 'max-duration',
      sample: 80_000,
      received: { caller: 9_024 * 8, agent: 80_000 },
    });
  });

  it('records what was given up last as a gap up to the maximum duration, not to a later end', async () => {
    const skipped: Step = { atMs: 2_100, events: [{ type: 'skipped', reason: 'malformed' }] };
    const streams = [caller([...left(0, 2_048), skipped]), agent(right(0, 30_000))];

    const placed = await place(streams, { ...control(20_000), maxDurationMs: 10_000 });

    expect(placed.gaps()).toEqual([['caller', 2_048, 10_000, 'malformed']]);
    expect(placed.end).toMatchObject({ reason: 'max-duration', sample: 80_000 });
  });

  it('comes where another worker has come to, if that was beyond the maximum duration', async () => {
    const streams = [
      { legs: [{ leg: CALLER, resume: resumePoint(96_000) }], steps: left(12_000, 30_000) },
    ];
    const origin = { startTimeMs: START_MS, sampleRateHz: RATE_HZ };

    const placed = await place(streams, { origin, fromSample: 96_000, maxDurationMs: 10_000 });

    expect(placed.chunks).toEqual([]);
    expect(placed.end).toMatchObject({ reason: 'max-duration', sample: 96_000 });
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

import { CHANNELS, type Channel } from '../../../shared/call';
import type { ResumePoint } from '../../../shared/record';
import { compareFragmentNumbers } from '../../../functions/worker/fragments/fragment';
import { agent, caller, connect, place, type StreamOfCall } from './place';
import type { Placed } from './placed';
import { AGENT_TRACK, twoTracks, voice, type Step } from './voice';

/** Jumps back at 4 s, and forward by a hole at 7 s. */
const roughClock = (timeMs: number) =>
  timeMs < 4_096 ? timeMs : timeMs < 7_168 ? timeMs - 2_500 : timeMs - 1_000;

const SMOOTH = { seed: 1, fromMs: 0, toMs: 9_000 };
const ROUGH = { seed: 2, fromMs: 1_100, toMs: 9_000, clockMs: roughClock };
const agentTrack = { track: AGENT_TRACK };
const withHole = (options: Parameters<typeof voice>[0]) => [
  ...voice({ ...options, toMs: 3_048 }),
  ...voice({ ...options, fromMs: 5_000, firstOrdinal: 40 }),
];

const CALLS: Record<string, StreamOfCall[]> = {
  'one leg': [caller(voice(SMOOTH))],
  'one leg with a hole': [caller(withHole(SMOOTH))],
  'one leg with jumps': [caller(voice({ ...ROUGH, seed: 1 }))],
  'one leg with rounded times': [caller(voice({ ...SMOOTH, blockSamples: 333 }))],
  'two tracks': [
    connect(twoTracks(withHole(SMOOTH), voice({ ...ROUGH, fromMs: 1_024, ...agentTrack }))),
  ],
  'two streams': [caller(withHole(SMOOTH)), agent(voice({ ...ROUGH, ...agentTrack }))],
  'two streams, the first sample on the second': [
    caller(voice({ ...ROUGH, blockSamples: 160 })),
    agent(voice({ ...SMOOTH, ...agentTrack, blockSamples: 500 })),
  ],
};

describe.each(Object.entries(CALLS))('a resumed call of %s', (_name, streams) => {
  const channelCount = streams.flatMap(({ legs }) => legs).length;
  const last = 9_000 * 8;

  it('is bit-identical to the whole one, wherever it is resumed', async () => {
    const whole = await place(streams);
    const pcm = whole.pcm(channelCount);
    const points = whole.of('resume-point').map(({ resume }) => resume.sample);
    const places = [...new Set([...points, ...points.map((at) => at + 777), 0, 1_600, 33_333])];
    for (const fromSample of places.filter((at) => at < whole.end.sample)) {
      const resumed = await resume(streams, whole, fromSample, {});

      const found = Buffer.from(resumed.pcm(channelCount).slice(fromSample * channelCount).buffer);
      const expected = Buffer.from(pcm.slice(fromSample * channelCount).buffer);
      expect([fromSample, found.equals(expected)]).toEqual([fromSample, true]);
      expect(resumed.end).toEqual(whole.end);
      expect(laterPoints(resumed, fromSample)).toEqual(laterPoints(whole, fromSample));
    }
  });

  it('cuts the same chunks', async () => {
    const whole = await place(streams);
    const fromSample = 16_000;

    const resumed = await resume(streams, whole, fromSample, {});

    expect(bordersFrom(resumed, fromSample)).toEqual(bordersFrom(whole, fromSample));
  });

  it('records no gap twice', async () => {
    const whole = await place(streams);
    const gapsTo = { caller: last * 2, agent: last * 2 };

    const resumed = await resume(streams, whole, 16_000, gapsTo);

    expect(resumed.gaps()).toEqual([]);
  });

  it('records the gaps that were not recorded', async () => {
    const whole = await place(streams);

    const resumed = await resume(streams, whole, 16_000, {});

    expect(resumed.of('gap')).toEqual(whole.of('gap').filter((gap) => gap.fromSample >= 16_000));
  });
});

/** The call as another worker goes on with it: from the last points at or before `fromSample`. */
function resume(
  streams: StreamOfCall[],
  whole: Placed,
  fromSample: number,
  gapsTo: Partial<Record<Channel, number>>,
): Promise<Placed> {
  const [origin] = whole.of('origin');
  const resumed = streams.map(({ legs, steps }) => {
    const resumedLegs = legs.map(({ leg }) => ({
      leg,
      resume: pointAt(whole, leg.channel, fromSample),
    }));
    const numbers = resumedLegs.flatMap((leg) => leg.resume?.fragmentNumber ?? []);
    const first =
      numbers.length < legs.length ? undefined : numbers.sort(compareFragmentNumbers)[0];
    return { legs: resumedLegs, steps: backlog(steps, first) };
  });
  return place(resumed, { origin, fromSample, gapsTo });
}

function pointAt(whole: Placed, channel: Channel, fromSample: number): ResumePoint | undefined {
  const points = whole.of('resume-point').filter((item) => item.channel === channel);
  return (points.filter(({ resume }) => resume.sample <= fromSample).at(-1) ?? points[0])?.resume;
}

/** The steps from a fragment on, as they come from the store: at once. */
function backlog(steps: readonly Step[], first: string | undefined): Step[] {
  const at = steps.findIndex(({ events }) =>
    events.some((event) => event.type === 'start' && event.metadata.fragmentNumber === first),
  );
  return steps.slice(Math.max(0, at)).map(({ events }, index, all) => ({
    atMs: 0,
    events,
    status: index === all.length - 1 ? ('live' as const) : ('behind' as const),
  }));
}

/** Per channel: between channels the order is that of arrival. */
function laterPoints(placed: Placed, from: number): unknown[] {
  const points = placed.of('resume-point').filter(({ resume }) => resume.sample > from);
  return CHANNELS.map((name) => points.filter(({ channel }) => channel === name));
}

function bordersFrom(placed: Placed, from: number): number[] {
  return placed.chunks.map(({ startSample }) => startSample).filter((at) => at >= from);
}

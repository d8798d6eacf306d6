import { numberOf } from '../../support/mkv-builder';
import { place } from './place';
import { AGENT, CALLER, START_MS, left, voice, type Step } from './voice';

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

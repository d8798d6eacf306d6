import { EXPIRED, RESUME, RESUMED } from './expired';
import { place } from './place';
import { AGENT, CALLER, left, voice } from './voice';

describe('placeAudio, resumed where the stream has expired', () => {
  const callerLeg = { leg: CALLER, resume: RESUME };
  const agentLeg = { leg: AGENT, resume: RESUME };

  it('fails when nothing is left', async () => {
    await expect(place([{ legs: [callerLeg], steps: [EXPIRED] }], RESUMED)).rejects.toMatchObject({
      code: 'stream-expired',
      retryable: false,
    });
  });

  it('fails also when the other leg never was there', async () => {
    const streams = [
      { legs: [callerLeg], steps: [EXPIRED] },
      { legs: [{ leg: AGENT }], steps: [{ ...EXPIRED, events: [] }] },
    ];

    await expect(place(streams, RESUMED)).rejects.toMatchObject({ code: 'stream-expired' });
  });

  it('goes on behind what has expired, and records only what was not heard before', async () => {
    const rest = voice({ seed: 1, fromMs: 4_096, toMs: 6_000, firstOrdinal: 5 });

    const placed = await place([{ legs: [callerLeg], steps: [EXPIRED, ...rest] }], RESUMED);

    expect(placed.gaps()).toEqual([['caller', 2_000, 4_096, 'expired']]);
    expect(placed.end).toMatchObject({ reason: 'idle', sample: 48_000 });
  });

  it('records the whole rest of one leg when only that has expired', async () => {
    const placed = await place(
      [
        { legs: [callerLeg], steps: left(0, 6_000) },
        { legs: [agentLeg], steps: [EXPIRED] },
      ],
      RESUMED,
    );

    expect(placed.gaps()).toEqual([['agent', 2_000, 6_000, 'expired']]);
    expect(placed.end.sample).toBe(48_000);
  });
});

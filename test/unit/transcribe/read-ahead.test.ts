import { hearCall } from './heard-call';
import { expectExact, talkOf } from './talks';

describe('transcribeAudio', () => {
  it('reads on only as far as its window while the quota refuses sessions', async () => {
    const talk = talkOf(9, 120_000);
    let accepts = false;
    let furthest = 0;

    const heard = await hearCall({
      talk,
      lengthMs: 120_000,
      plan: (index) => {
        accepts = index >= 16;
        return accepts ? {} : { refusal: 'quota-exceeded', acceptAfterMs: 100 };
      },
      onChunk: (position) => {
        if (!accepts) furthest = Math.max(furthest, position);
      },
    });

    expectExact(heard, talk);
    expect(heard.restarts).toBe(0);
    expect(heard.tookMs).toBeGreaterThan(60_000);
    expect(furthest).toBeGreaterThan(15_000);
    expect(furthest).toBeLessThanOrEqual(20_400);
  });

  it('waits for a session that takes no audio', async () => {
    const talk = talkOf(10, 90_000);
    let furthest = 0;
    let isAccepted = false;

    const heard = await hearCall({
      talk,
      lengthMs: 90_000,
      plan: () => ({ acceptAfterMs: 60_000 }),
      onChunk: (position, service) => {
        isAccepted ||= service.sessions[0]?.isAccepted === true;
        if (!isAccepted) furthest = position;
      },
    });

    expectExact(heard, talk);
    expect(furthest).toBeLessThanOrEqual(20_400);
  });

  it('sends audio no faster than the lead over the clock that it is allowed', async () => {
    const talk = talkOf(14, 120_000);

    const heard = await hearCall({ talk, lengthMs: 120_000, speed: Infinity, maxLeadMs: 30_000 });

    expectExact(heard, talk);
    expect(heard.tookMs).toBeGreaterThanOrEqual(89_000);
  });

  it('holds the audio of a session that has to wait for its start', async () => {
    const talk = talkOf(21, 300_000);

    const heard = await hearCall({
      talk,
      lengthMs: 300_000,
      speed: Infinity,
      sessionLimitMs: 20_000,
      startMs: (ordinal) => (ordinal > 1 ? 45_000 : 0),
    });

    expectExact(heard, talk);
    expect(heard.restarts).toBe(0);
  });
});

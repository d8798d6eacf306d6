import type { Word } from './coded-audio';
import { hearCall, type HeardCall } from './heard-call';
import { complaints, expectExact, talkOf } from './talks';

describe('transcribeAudio', () => {
  it.each([1, 2])('hears each word of %i channels once, with its times', async (channels) => {
    const talk = talkOf(channels, 60_000, channels);

    const heard = await hearCall({ talk, lengthMs: 60_000 });

    expectExact(heard, talk);
    expect(heard.sessions).toMatchObject([{ ordinal: 1, end: 'call-ended' }]);
  });

  it.each([
    ['in silence', undefined],
    ['through sound where there is no silence', 60],
  ])('rolls sessions over before their limit, %s', async (_where, maxGapMs) => {
    const talk = talkOf(3, 120_000, 2, maxGapMs);

    const heard = await hearCall({ talk, lengthMs: 120_000, sessionLimitMs: 20_000 });

    expectExact(heard, talk);
    expect(complaints(heard)).toEqual([]);
    expect(heard.sessions.length).toBeGreaterThanOrEqual(6);
    expect(new Set(heard.sessions.map(({ end }) => end))).toEqual(
      new Set(['rollover', 'call-ended']),
    );
  });

  it('opens the next session before the one before it has said its last', async () => {
    const talk = talkOf(4, 60_000);
    const openTogether: number[] = [];
    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      sessionLimitMs: 20_000,
      plan: () => ({ resultsAfterMs: 1_500 }),
      onChunk: (_position, service) => openTogether.push(service.openNow),
    });

    expectExact(heard, talk);
    expect(Math.max(...openTogether)).toBe(2);
  });

  it('replaces a session when its credentials are about to expire', async () => {
    const talk = talkOf(5, 60_000);
    let deadlineMs: number | undefined;

    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      deadlineMs: (clock) => {
        deadlineMs ??= clock.monotonicMs() + 20_000;
        return deadlineMs > clock.monotonicMs() ? deadlineMs : null;
      },
    });

    expectExact(heard, talk);
    expect(heard.sessions[0]).toMatchObject({ end: 'rollover' });
    expect(heard.sessions[0]?.endSample).toBeLessThan(30_000);
  });

  it('ends a session that gets no audio before the service does', async () => {
    const talk = talkOf(11, 60_000);

    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      breaks: [
        { at: 20_000, forMs: 40_000, isHole: false },
        { at: 40_000, forMs: 14_000, isHole: false },
      ],
    });

    expectExact(heard, talk);
    expect(complaints(heard)).toEqual([]);
    expect(heard.sessions.map(({ end }) => end)).toEqual(['idle', 'idle', 'call-ended']);
  });

  it('keeps the times of words right behind a hole in the audio', async () => {
    const isThere = ({ from, to }: Word) => to <= 20_200 || from >= 50_200;
    const talk = talkOf(17, 80_000).map((words) => words.filter(isThere));

    const heard = await hearCall({
      talk,
      lengthMs: 80_000,
      breaks: [{ at: 20_000, forMs: 30_000, isHole: true }],
      plan: (index) => (index === 1 ? { failAfterMs: 5_000 } : {}),
    });

    expectExact(heard, talk);
    expect(heard.sessions.map(({ end }) => end)).toEqual(['idle', 'failed', 'call-ended']);
  });

  it('suspends silence and has the faint onset of what ends it', async () => {
    const word = (from: number) => ({ from, to: from + 300, faint: 90 });
    const talk = [[word(1_000), word(40_170), word(80_199)], [word(60_001)]];

    const heard = await hearCall({ talk, lengthMs: 100_000, suspendAfterMs: 10_000 });

    expectExact(heard, talk);
    expect(heard.sessions.map(({ end }) => end)).toEqual(Array(4).fill('silence'));
    const sentMs = heard.sessions.reduce((sum, { startSample, endSample }) => {
      return sum + endSample - startSample;
    }, 0);
    expect(sentMs).toBeLessThan(50_000);
  });

  it('stops with `aborted` and leaves no session open', async () => {
    const stop = new AbortController();
    const talk = talkOf(16, 60_000);
    const services = new Set<HeardCall['service']>();

    const heard = hearCall({
      talk,
      lengthMs: 60_000,
      signal: stop.signal,
      onChunk: (position, service) => {
        services.add(service);
        if (position >= 30_000) stop.abort();
      },
    });

    await expect(heard).rejects.toMatchObject({ code: 'aborted' });
    expect([...services].map(({ openNow }) => openNow)).toEqual([0]);
  });
});

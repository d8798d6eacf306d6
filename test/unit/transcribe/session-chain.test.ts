import { randomTalk, type Talk, type Word } from './coded-audio';
import { seededRandom } from '../../support/seeded-random';
import { hearCall, wordsOf, type HeardCall } from './heard-call';

function talkOf(seed: number, lengthMs: number, channels = 2, maxGapMs?: number): Talk {
  const options = { channels, lengthMs, longPauses: maxGapMs === undefined ? 0.3 : 0, maxGapMs };
  return randomTalk(options, seededRandom(seed));
}

function expectExact(heard: HeardCall, talk: Talk): void {
  expect(heard.words).toEqual(wordsOf(talk));
  expect(heard.passed).toEqual([]);
  expect(heard.service.sessions.flatMap(({ nonsense }) => nonsense)).toEqual([]);
  expect(heard.service.openNow).toBe(0);
}

const gapsOf = ({ updates }: HeardCall) =>
  updates.flatMap((update) => (update.type === 'gap' ? [update.gap] : []));

const complaints = ({ service }: HeardCall) =>
  service.sessions.flatMap(({ complaint }) => complaint ?? []);

/** Less than this of a stretch may stay untold: a click. */
const TAIL_MS = 100;

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

  it.each([
    ['before it is accepted', { refusal: 'session-failed' as const, acceptAfterMs: 900 }],
    ['in its middle', { failAfterMs: 12_345 }],
    ['at its flush', { failAtFlush: true }],
  ])('hears again what a session left over that breaks %s', async (_when, broken) => {
    const talk = talkOf(6, 40_000);

    const heard = await hearCall({
      talk,
      lengthMs: 40_000,
      plan: (index) => (index === 0 ? broken : {}),
    });

    expectExact(heard, talk);
    expect(heard.restarts).toBe(0);
    expect(heard.sessions).toMatchObject([
      { end: 'failed', code: 'session-failed' },
      { end: 'call-ended' },
    ]);
  });

  it('hears everything when both sessions around a cut break one after the other', async () => {
    const talk = talkOf(7, 60_000, 2, 60);

    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      sessionLimitMs: 20_000,
      plan: (index) =>
        index === 0 ? { failAtFlush: true } : index === 1 ? { failAfterMs: 1_000 } : {},
    });

    expectExact(heard, talk);
  });

  it('throws what no session can heal, and lets go of all of them', async () => {
    const talk = talkOf(8, 20_000);
    const plan = () => ({ refusal: 'session-refused' as const });

    await expect(hearCall({ talk, lengthMs: 20_000, plan })).rejects.toMatchObject({
      code: 'session-refused',
    });
  });

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

  it('passes sound over that two sessions had nothing to say to', async () => {
    const talk = talkOf(12, 90_000, 1, 60);

    const heard = await hearCall({
      talk,
      lengthMs: 90_000,
      plan: (index) => (index < 2 ? { stalls: true } : {}),
    });

    expect(heard.sessions.map(({ end }) => end)).toEqual(['stalled', 'stalled', 'call-ended']);
    const all = wordsOf(talk)[0] ?? [];
    const words = heard.words[0] ?? [];
    expect(all.slice(-words.length)).toEqual(words);
    expect(words.length).toBeGreaterThan(all.length / 2);
    // What is missing is told of, from the first word to the last, and nothing that was heard.
    const missing = (talk[0] ?? []).slice(0, all.length - words.length);
    expect(gapsOf(heard)).toMatchObject([{ channel: 'caller', reason: 'unanswered' }]);
    expect(gapsOf(heard)[0]?.startMs).toBeLessThanOrEqual(missing[0]?.from ?? 0);
    expect(gapsOf(heard)[0]?.endMs).toBeGreaterThanOrEqual((missing.at(-1)?.to ?? 0) - TAIL_MS);
    expect(gapsOf(heard)[0]?.endMs).toBeLessThanOrEqual(talk[0]?.[missing.length]?.to ?? 0);
  });

  it('hears again what two sessions left when they went away in order', async () => {
    const talk = talkOf(16, 60_000, 2, 60);

    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      plan: (index) => (index < 2 ? { leavesAtFlush: true } : {}),
    });

    expectExact(heard, talk);
    expect(gapsOf(heard)).toEqual([]);
  });

  it('tells of what no session had an answer to at the end', async () => {
    const talk = talkOf(17, 30_000, 1, 60);

    const heard = await hearCall({
      talk,
      lengthMs: 30_000,
      plan: (index) => (index === 0 ? { failAfterMs: 20_000 } : { isDeaf: true }),
    });

    const words = heard.words[0] ?? [];
    const first = talk[0]?.[words.length];
    expect(heard.sessions.length).toBeLessThanOrEqual(4);
    expect(gapsOf(heard)).toMatchObject([{ reason: 'unanswered' }]);
    expect(Math.abs((gapsOf(heard)[0]?.startMs ?? 0) - (first?.from ?? 0))).toBeLessThan(200);
    expect(gapsOf(heard)[0]?.endMs).toBeGreaterThan(29_000);
  });

  it('tries again when the service refuses a call that it has heard', async () => {
    const talk = talkOf(18, 60_000);

    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      sessionLimitMs: 20_000,
      plan: (index) => (index === 1 || index === 2 ? { refusal: 'session-refused' } : {}),
    });

    expectExact(heard, talk);
  });

  it('hears again at once what one stalled session left over', async () => {
    const talk = talkOf(13, 60_000);

    const heard = await hearCall({
      talk,
      lengthMs: 60_000,
      plan: (index) => (index === 0 ? { stalls: true } : {}),
    });

    expectExact(heard, talk);
    expect(heard.sessions.map(({ end }) => end)).toEqual(['stalled', 'call-ended']);
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

  it('begins anew from the marks when the audio to replay has left memory', async () => {
    const talk = talkOf(15, 90_000, 1, 60);

    const heard = await hearCall({
      talk,
      lengthMs: 90_000,
      speed: Infinity,
      plan: (index) => (index === 0 ? { resultsAfterMs: 1_000, failAfterMs: 60_000 } : {}),
    });

    expectExact(heard, talk);
    expect(heard.restarts).toBe(1);
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

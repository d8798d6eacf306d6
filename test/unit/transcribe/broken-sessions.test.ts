import { hearCall, wordsOf } from './heard-call';
import { expectExact, gapsOf, talkOf } from './talks';

/** Less than this of a stretch may stay untold: a click. */
const TAIL_MS = 50;

describe('transcribeAudio', () => {
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

  it('hears again a last word that is as short as a keypad tone', async () => {
    const talk = [
      [
        { from: 1_000, to: 1_400, faint: 0 },
        { from: 5_055, to: 5_105, faint: 0 },
      ],
    ];

    const heard = await hearCall({
      talk,
      lengthMs: 5_110,
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
});

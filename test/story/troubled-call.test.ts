import { goldenCall, runStory } from './fake-edges';
import { at, factsOf, heard, said, words } from './spoken';
import { valueSessions } from './value-session';

describe('a call with trouble', () => {
  it('has a gap where a fragment was lost, told once, and all else', async () => {
    const call = goldenCall('contact-3', 8, { caller: words(1, 100, 7_900, 250) }, [3]);

    const { records } = await runStory({ call });

    const gaps = factsOf(records).filter(({ type }) => type === 'gap');
    expect(gaps).toEqual([
      {
        type: 'gap',
        channel: 'caller',
        startMs: 3_000,
        endMs: 4_000,
        startTime: at(3_000),
        reason: 'hole',
      },
    ]);
    const outside = said(call.words.caller).filter(
      ({ endMs, startMs }) => endMs <= 3_000 || startMs >= 4_000,
    );
    expect(heard(records, 'caller')).toEqual(expect.arrayContaining(outside));
    expect(records.at(-1)?.fact).toMatchObject({
      account: { receivedMs: 7_000, transcribedMs: 7_000, missingMs: 1_000 },
    });
  });

  it('has a gap over all of it for a party that never delivers', async () => {
    const mono = goldenCall('contact-4', 5, { caller: words(1, 100, 4_900, 500) });
    const both = goldenCall('contact-4', 5, { caller: [], agent: [] });
    const call = { ...mono, request: both.request };

    const { records } = await runStory({ call });

    expect(heard(records, 'caller')).toEqual(said(call.words.caller));
    expect(factsOf(records).filter(({ type }) => type === 'gap')).toEqual([
      {
        type: 'gap',
        channel: 'agent',
        startMs: 0,
        endMs: 5_000,
        startTime: at(0),
        reason: 'absent',
      },
    ]);
    expect(records.at(-1)?.fact).toMatchObject({ account: { missingMs: 5_000 } });
  });

  it('loses nothing to sessions that fail, and counts them', async () => {
    const call = goldenCall('contact-5', 12, {
      caller: words(1, 100, 11_900, 330),
      agent: words(201, 220, 11_900, 470),
    });
    const failAt = [1, 24_001, 16_000, 40_000];
    const openSession = valueSessions((session) => {
      session.failAtSample = failAt.shift() ?? Infinity;
    });

    const { records } = await runStory({ call, openSession });

    expect(heard(records, 'caller')).toEqual(said(call.words.caller));
    expect(heard(records, 'agent')).toEqual(said(call.words.agent));
    const ends = factsOf(records).flatMap((fact) => (fact.type === 'session' ? [fact.end] : []));
    expect(ends).toEqual(['failed', 'failed', 'failed', 'failed', 'call-ended']);
    expect(records.at(-1)?.fact).toMatchObject({ account: { sessions: 5, retries: 4 } });
  });

  it('rolls over through speech without losing, repeating or moving a word', async () => {
    const call = goldenCall('contact-6', 60, {
      caller: words(1, 100, 59_900, 190, 150),
      agent: words(1_001, 160, 59_900, 230, 150),
    });

    const { records } = await runStory({ call, env: { SESSION_LIMIT_MS: '15000' } });

    expect(heard(records, 'caller')).toEqual(said(call.words.caller));
    expect(heard(records, 'agent')).toEqual(said(call.words.agent));
    const sessions = factsOf(records).filter(({ type }) => type === 'session');
    expect(sessions.length).toBeGreaterThan(4);
  });

  it('suspends its session in silence and says so in its account', async () => {
    const call = goldenCall('contact-7', 60, {
      caller: [...words(1, 100, 3_000, 500), ...words(50, 40_000, 44_000, 500)],
    });

    const { records } = await runStory({ call, env: { SUSPEND_SILENCE_MS: '5000' } });

    expect(heard(records, 'caller')).toEqual(said(call.words.caller));
    const end = records.at(-1)?.fact;
    const account = end?.type === 'completed' ? end.account : undefined;
    expect(account?.silentMs).toBeGreaterThan(30_000);
    expect(account?.receivedMs).toBe(60_000);
    expect(account?.transcribedMs).toBe(60_000 - (account?.silentMs ?? 0));
  });
});

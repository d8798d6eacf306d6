import { hearCall } from './heard-call';
import { expectExact, talkOf } from './talks';

const BACKLOG_MS = 300_000;
const LENGTH_MS = 450_000;
const LEAD_MS = 120_000;
/** From the first chunk's arrival to the call's end. */
const LIVE_MS = LENGTH_MS - BACKLOG_MS;
const BEHIND = { lengthMs: LENGTH_MS, backlogMs: BACKLOG_MS, maxLeadMs: LEAD_MS };

/** A service that hears no faster than one speaks. */
const slowly = () => ({ hearingSpeed: 1 });

describe('transcribeAudio, five minutes behind', () => {
  it.each([
    ['with pauses', undefined],
    ['without any silence', 60],
  ])('reaches the live edge, %s', async (_what, maxGapMs) => {
    const talk = talkOf(31, LENGTH_MS, 2, maxGapMs);

    const heard = await hearCall({ talk, ...BEHIND, catchUpSessions: 3 });

    expectExact(heard, talk);
    expect(heard.restarts).toBe(0);
    expect(heard.tookMs).toBeLessThan(LIVE_MS + 1_000);
    expect(heard.sessions.map(({ end }) => end)).toEqual(['rollover', 'rollover', 'call-ended']);
  });

  it('reaches it with a service that hears no faster than one speaks', async () => {
    const talk = talkOf(32, LENGTH_MS);

    const heard = await hearCall({ talk, ...BEHIND, catchUpSessions: 3, plan: slowly });

    expectExact(heard, talk);
    expect(heard.restarts).toBe(0);
    // What the last session's lead is when it begins is still to be heard when the call ends.
    expect(heard.tookMs).toBeLessThan(LIVE_MS + LEAD_MS);
  });

  it('has no more sessions at once than it may', async () => {
    const talk = talkOf(33, LENGTH_MS);
    const call = { ...BEHIND, backlogMs: LENGTH_MS, maxLeadMs: 40_000 };

    const heard = await hearCall({ talk, ...call, catchUpSessions: 2, plan: slowly });

    expectExact(heard, talk);
    expect(heard.service.mostOpen).toBe(2);
    expect(heard.tookMs).toBeLessThan(0.6 * LENGTH_MS);
  });

  it('waits for the clock when one session is all it may have', async () => {
    const talk = talkOf(34, LENGTH_MS);

    const heard = await hearCall({ talk, ...BEHIND });

    expectExact(heard, talk);
    expect(heard.sessions).toHaveLength(1);
    expect(heard.tookMs).toBeGreaterThan(LENGTH_MS - LEAD_MS - 1_000);
  });
});

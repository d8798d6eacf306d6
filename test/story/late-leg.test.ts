import type { OpenMedia } from '../../functions/worker/call-sources';
import type { Channel } from '../../shared/call';
import { CallscribeError } from '../../shared/errors';
import type { CallRecord } from '../../shared/record';
import { MemoryLog, RATE_HZ, goldenCall, runStory, type GoldenCall } from './fake-edges';
import { mediaOfAll, ownStream } from './own-streams';
import { heard, words } from './spoken';
import type { SpokenWord } from './value-session';

const CALL_ID = 'late';
const SECONDS = 14;
/** The agent's stream gives so much, and then is out of reach. */
const REACHED_SECONDS = 3;
const ENV = { LEG_HOLD_MS: '200' };

const spoken = { caller: words(1, 50, 13_500, 610), agent: words(501, 50, 13_600, 240) };
/** Each party on a stream of its own. */
const streamOf = (channel: 'caller' | 'agent') =>
  ownStream({ callId: CALL_ID, channel, words: spoken[channel], toSecond: SECONDS });
const [caller, agent] = [streamOf('caller'), streamOf('agent')];
const whole = mediaOfAll([caller, agent]);
const golden = goldenCall(CALL_ID, SECONDS, spoken);
const call: GoldenCall = {
  ...golden,
  request: { ...golden.request, legs: [caller.leg, agent.leg] },
};

/** The agent's stream breaks off and is not reached again. */
const brokenOff: OpenMedia = (streamArn, position, signal) => {
  const start = agent.fragments.slice(0, REACHED_SECONDS);
  if (streamArn !== agent.leg.streamArn) return whole(streamArn, position, signal);
  const isBegun = position.type === 'after' && position.fragmentNumber >= start[0]!.number;
  if (isBegun) {
    return Promise.reject(new CallscribeError('unavailable', 'gone', { retryable: true }));
  }
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const { bytes } of start) yield await Promise.resolve(bytes);
  }
  return Promise.resolve(body());
};

/** The log of a worker that is killed when the agent's mark has come so far. */
async function killedAt(ms: number, records: readonly CallRecord[] = []): Promise<CallRecord[]> {
  const log = new MemoryLog([...records]);
  const stop = new AbortController();
  const append = log.append.bind(log);
  let kept: CallRecord[] | undefined;
  log.append = async (record) => {
    await append(record);
    if (agentMarkMs(record) < ms) return;
    kept ??= [...log.records];
    stop.abort();
  };
  const run = runStory({ call, log, openMedia: brokenOff, env: ENV, signal: stop.signal });
  await expect(run).rejects.toMatchObject({ code: 'aborted' });
  return kept ?? [];
}

const agentMarkMs = ({ state }: CallRecord) => ((state.marks.agent ?? 0) * 1000) / RATE_HZ;

function textsHeard(records: readonly CallRecord[], channel: Channel): string[] {
  return heard(records, channel).map(({ text }) => text);
}

/** The words of a channel whose middle does not lie in a stretch. */
function saidOutside(channel: Channel, fromMs = 0, toMs = 0): string[] {
  const middleMs = ({ startSample, endSample }: SpokenWord) =>
    ((startSample + endSample) * 500) / RATE_HZ;
  return spoken[channel]
    .filter((each) => middleMs(each) < fromMs || middleMs(each) >= toMs)
    .map(({ word }) => String(word));
}

function gaps(records: readonly CallRecord[]) {
  return records.flatMap(({ fact }) =>
    fact.type === 'gap' ? [[fact.channel, fact.startMs, fact.endMs, fact.reason]] : [],
  );
}

describe('a leg that is out of reach when its call is taken over', () => {
  const goneMs = REACHED_SECONDS * 1000;

  it('is heard, or a gap said to be late, wherever the log ends', async () => {
    const killed = await killedAt(9_000);
    expect(gaps(killed)).toEqual([]);
    const passedOver: number[] = [];

    for (let kept = 1; kept <= killed.length; kept += 1) {
      const log = new MemoryLog(killed.slice(0, kept));
      const markMs = Math.round(agentMarkMs(log.records.at(-1)!));
      const isPassed = markMs > goneMs;
      if (isPassed) passedOver.push(markMs);

      const { records } = await runStory({ call, log, openMedia: whole, env: ENV });

      expect([markMs, gaps(records)]).toEqual([
        markMs,
        isPassed ? [['agent', goneMs, markMs, 'late']] : [],
      ]);
      const said = isPassed ? saidOutside('agent', goneMs, markMs) : saidOutside('agent');
      expect([markMs, textsHeard(records, 'agent')]).toEqual([markMs, said]);
      expect(textsHeard(records, 'caller')).toEqual(saidOutside('caller'));
      expect(records.at(-1)?.state.unheardFrom?.agent).toBeUndefined();
    }
    expect(passedOver.length).toBeGreaterThan(2);
  });

  it('is told of once when several workers had the call meanwhile', async () => {
    const first = await killedAt(6_000);
    const second = await killedAt(9_000, first);
    const markMs = Math.round(agentMarkMs(second.at(-1)!));
    const third = await runStory({
      call,
      log: new MemoryLog(second),
      openMedia: whole,
      env: ENV,
    });
    expect(agentMarkMs(first.at(-1)!)).toBeLessThan(markMs);
    const told = third.records.findIndex(({ fact }) => fact.type === 'gap') + 1;

    // A worker more, that has the record of the gap, and perhaps some of what follows.
    for (let kept = told; kept < third.records.length; kept += 1) {
      const log = new MemoryLog(third.records.slice(0, kept));

      const { records } = await runStory({ call, log, openMedia: whole, env: ENV });

      expect([kept, gaps(records)]).toEqual([kept, [['agent', goneMs, markMs, 'late']]]);
      expect(textsHeard(records, 'agent')).toEqual(saidOutside('agent', goneMs, markMs));
      expect(textsHeard(records, 'caller')).toEqual(saidOutside('caller'));
    }
  });
});

import type { OpenMedia } from '../../functions/worker/call-sources';
import type { Channel } from '../../shared/call';
import { CallscribeError } from '../../shared/errors';
import type { CallRecord } from '../../shared/record';
import {
  MemoryLog,
  RATE_HZ,
  START_MS,
  STREAM_ARN,
  goldenCall,
  mediaOf,
  runStory,
  type GoldenCall,
} from './fake-edges';
import type { SpokenWord } from './value-session';

const SECONDS = 14;
/** The agent's stream gives so much, and then is out of reach. */
const REACHED_SECONDS = 3;
const ENV = { LEG_HOLD_MS: '200' };

/** A word of 80 ms every `everyMs`. */
function words(first: number, everyMs: number): SpokenWord[] {
  return Array.from({ length: Math.floor((SECONDS * 1000 - 100) / everyMs) }, (_, index) => {
    const startSample = ((index * everyMs + 50) * RATE_HZ) / 1000;
    return { word: first + index, startSample, endSample: startSample + 640 };
  });
}

const spoken = { caller: words(1, 610), agent: words(501, 240) };
/** Each party on a stream of its own. */
const streams = {
  caller: goldenCall('late', SECONDS, { caller: spoken.caller }),
  agent: goldenCall('late', SECONDS, { agent: spoken.agent }),
};
const arnOf = (channel: Channel) => `${STREAM_ARN}-${channel}`;
const legs = (['caller', 'agent'] as const).map((channel) => ({
  channel,
  streamArn: arnOf(channel),
  startFragmentNumber: streams[channel].fragments[0]!.number,
  startTime: new Date(START_MS).toISOString(),
}));
const call: GoldenCall = { ...streams.caller, request: { ...streams.caller.request, legs } };

const whole: OpenMedia = (streamArn, ...rest) =>
  mediaOf(streamArn === arnOf('agent') ? streams.agent : streams.caller)(streamArn, ...rest);

/** The agent's stream breaks off and is not reached again. */
const brokenOff: OpenMedia = (streamArn, position, signal) => {
  const start = streams.agent.fragments.slice(0, REACHED_SECONDS);
  if (streamArn !== arnOf('agent')) return whole(streamArn, position, signal);
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

/** The words that `records` have of a channel. */
function heard(records: readonly CallRecord[], channel: Channel): string[] {
  return records.flatMap(({ fact }) =>
    fact.type === 'segment' && fact.channel === channel ? fact.words.map(({ text }) => text) : [],
  );
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
      expect([markMs, heard(records, 'agent')]).toEqual([markMs, said]);
      expect(heard(records, 'caller')).toEqual(saidOutside('caller'));
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
      expect(heard(records, 'agent')).toEqual(saidOutside('agent', goneMs, markMs));
      expect(heard(records, 'caller')).toEqual(saidOutside('caller'));
    }
  });
});

import { readConfig } from '../../../functions/worker/config';
import { CallControl, type Told } from '../../../functions/worker/intake/call-control';
import { CallWriter, initialState } from '../../../functions/worker/log/call-writer';
import { runWithRestarts, type RestartOptions } from '../../../functions/worker/restarts';
import type { Channel } from '../../../shared/call';
import { Ticker, systemClock } from '../../../shared/clock';
import { silentLogger } from '../../../shared/logger';
import type { CallRecord } from '../../../shared/record';
import { MemoryLog, START_MS } from '../../story/fake-edges';
import { mediaOfAll, ownStream, type OwnStream } from '../../story/own-streams';
import { heard, said, words } from '../../story/spoken';
import { valueSessions, type SpokenWord } from '../../story/value-session';
import { WORKER_ENV } from '../../support/worker-env';

const CALL_ID = 'restarts';
const end = (seconds: number) => START_MS + seconds * 1000;

/** A word of 80 ms every 200 ms of these seconds. */
const wordsOf = (first: number, fromSecond: number, toSecond: number) =>
  words(first, fromSecond * 1000 + 50, toSecond * 1000, 200);

/** A stream of its own with one party's words, from a second of the call on. */
const streamOf = (
  channel: Channel,
  spoken: readonly SpokenWord[],
  fromSecond: number,
  toSecond: number,
  name?: string,
): OwnStream => ownStream({ callId: CALL_ID, channel, words: spoken, fromSecond, toSecond, name });

interface RunOptions {
  readonly streams: readonly OwnStream[];
  /** Legs that the request names, the first so many. */
  readonly requested: number;
  readonly endTimeMs: number | null;
  /** What dispatch says when it is asked before the end. */
  readonly toldAtEnd?: Told;
  /** What the heartbeat learns with the first audio. */
  readonly toldSoon?: Told;
}

async function run({ streams, requested, endTimeMs, toldAtEnd, toldSoon }: RunOptions) {
  const legs = streams.map(({ leg }) => leg);
  const request = { schemaVersion: 1 as const, callId: CALL_ID, legs: legs.slice(0, requested) };
  const control = new CallControl(null, () => undefined);
  control.learn({ legs: request.legs, endTimeMs });
  const log = new MemoryLog();
  const writer = new CallWriter({
    log: {
      append: async (record) => {
        await log.append(record);
        if (record.fact.type === 'leg' && toldSoon !== undefined) control.learn(toldSoon);
      },
    },
    callId: CALL_ID,
    workerId: 'worker',
    clock: systemClock,
    seq: 0,
    state: initialState(request),
    expiresAtSeconds: 0,
  });
  const onLegs = jest.fn();
  const options: RestartOptions = {
    request,
    writer,
    publisher: { offerPartial: () => undefined } as unknown as RestartOptions['publisher'],
    control,
    askAgain: () => Promise.resolve(toldAtEnd && control.learn(toldAtEnd)),
    onLegs,
    metrics: { behindLive: () => undefined, gap: () => undefined },
    logger: silentLogger,
    signal: new AbortController().signal,
  };
  await runWithRestarts(options, {
    config: readConfig(WORKER_ENV),
    openMedia: mediaOfAll(streams),
    openSession: valueSessions(),
    mayStartSession: () => Promise.resolve(),
    credentialsDeadlineMs: () => null,
    clock: systemClock,
    ticker: new Ticker(5),
  });
  return { records: log.records, onLegs };
}

const completions = (records: readonly CallRecord[]) =>
  records.filter(({ fact }) => fact.type === 'completed').length;

describe('runWithRestarts', () => {
  const caller = wordsOf(1, 0, 6);
  const agent = wordsOf(501, 2, 6);
  const callerStream = streamOf('caller', caller, 0, 6);
  const agentStream = streamOf('agent', agent, 2, 6);
  const both = [callerStream, agentStream];

  it.each([
    ['while the call runs', 'toldSoon' as const],
    ['just before its end', 'toldAtEnd' as const],
  ])('hears a leg from its start on that is told of %s', async (_when, told) => {
    const { records, onLegs } = await run({
      streams: both,
      requested: 1,
      endTimeMs: end(6),
      [told]: { legs: both.map(({ leg }) => leg), endTimeMs: end(6) },
    });

    expect(heard(records, 'caller')).toEqual(said(caller));
    expect(heard(records, 'agent')).toEqual(said(agent));
    expect(completions(records)).toBe(1);
    expect(onLegs).toHaveBeenCalledTimes(1);
  });

  it('names the new leg in the log at once', async () => {
    const { records } = await run({
      streams: both,
      requested: 1,
      endTimeMs: end(6),
      toldAtEnd: { legs: both.map(({ leg }) => leg), endTimeMs: end(6) },
    });

    const first = records.find(({ state }) => state.legs.length === 2);
    expect(first?.fact.type).toBe('checkpoint');
  });

  it('hears a leg to its end before the one that replaces it, and that from its start', async () => {
    const [before, after] = [wordsOf(1, 0, 3), wordsOf(301, 3, 6)];
    const streams = [
      streamOf('caller', before, 0, 3, 'first'),
      streamOf('caller', after, 3, 6, 'second'),
    ];

    const { records } = await run({
      streams,
      requested: 1,
      endTimeMs: end(3),
      toldAtEnd: { legs: streams.slice(1).map(({ leg }) => leg), endTimeMs: end(6) },
    });

    expect(heard(records, 'caller')).toEqual(said([...before, ...after]));
    expect(completions(records)).toBe(1);
  });

  it('goes on when the end turns out to be later', async () => {
    const { records, onLegs } = await run({
      streams: [callerStream],
      requested: 1,
      endTimeMs: end(3),
      toldAtEnd: { legs: [callerStream.leg], endTimeMs: end(6) },
    });

    expect(heard(records, 'caller')).toEqual(said(caller));
    expect(records.at(-1)?.fact).toMatchObject({ type: 'completed', endMs: 6_000 });
    expect(onLegs).not.toHaveBeenCalled();
  });

  it('copies the end that dispatch tells of into the log', async () => {
    const { records } = await run({
      streams: [callerStream],
      requested: 1,
      endTimeMs: null,
      toldSoon: { legs: [callerStream.leg], endTimeMs: end(6) },
    });

    expect(records.at(-1)?.state.endTimeMs).toBe(end(6));
  });
});

import { openSources } from '../../functions/worker/call-sources';
import type { StartPosition } from '../../functions/worker/kvs/start-position';
import { CONNECT_TRACKS, type CallRequest, type Leg } from '../../shared/call';
import { Ticker } from '../../shared/clock';
import { createLogger } from '../../shared/logger';
import type { LegState, ResumePoint } from '../../shared/record';
import { numberOf } from '../support/mkv-builder';
import { VirtualClock } from '../support/virtual-clock';

const arnOf = (name: string) =>
  `arn:aws:kinesisvideo:us-east-1:000000000000:stream/${name}/1700000000000`;
const START_MS = 1_700_000_000_000;
const caller: Leg = { channel: 'caller', streamArn: arnOf('a'), track: CONNECT_TRACKS.caller };
const agent: Leg = { channel: 'agent', streamArn: arnOf('a'), track: CONNECT_TRACKS.agent };
const at = (ms: number) => ({ startTime: new Date(START_MS + ms).toISOString() });
const from = (ordinal: number) => ({ startFragmentNumber: numberOf(ordinal) });

function resume(ordinal: number): ResumePoint {
  return {
    fragmentNumber: numberOf(ordinal),
    previousFragmentNumber: ordinal === 1 ? null : numberOf(ordinal - 1),
    producerTimestampMs: START_MS + ordinal * 1000,
    sample: ordinal * 8000,
    anchorMs: START_MS,
    received: 0,
  };
}

/** Which streams are opened, and where each of them is read first. */
async function firstPositions(
  legs: readonly LegState[],
  request: Partial<CallRequest> = {},
): Promise<[string, StartPosition][]> {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const opened: [string, StartPosition][] = [];
  const sources = openSources(
    { schemaVersion: 1, callId: 'call-1', legs: [...legs], ...request },
    legs,
    {
      openMedia: (streamArn, position) => {
        opened.push([streamArn, position]);
        return new Promise(() => undefined);
      },
      clock,
      ticker: new Ticker(500, clock),
      metrics: { behindLive: () => undefined },
      logger: createLogger('silent'),
      signal: stop.signal,
    },
  );
  for (const { batches } of sources) {
    const reader = batches[Symbol.asyncIterator]();
    await clock.drive(reader.next());
    await reader.return?.();
  }
  return opened;
}

const byTime = (ms: number): StartPosition => ({ type: 'producer-time', epochMs: START_MS + ms });
const after = (ordinal: number): StartPosition => ({
  type: 'after',
  fragmentNumber: numberOf(ordinal),
});

describe('openSources', () => {
  it('opens one reader for the legs of one stream, and one for each stream', async () => {
    const other = { ...agent, streamArn: arnOf('b') };

    expect((await firstPositions([caller, agent])).map(([arn]) => arn)).toEqual([arnOf('a')]);
    expect((await firstPositions([caller, other])).map(([arn]) => arn)).toEqual([
      arnOf('a'),
      arnOf('b'),
    ]);
  });

  it.each<[string, LegState[], Partial<CallRequest>, StartPosition]>([
    ['everything, when nothing is known', [caller], {}, { type: 'earliest' }],
    ['the fragment number', [{ ...caller, ...from(5) }], {}, after(5)],
    [
      'well before the time, when a number sorts out what is too early',
      [{ ...caller, ...from(5), ...at(60_000) }],
      {},
      byTime(50_000),
    ],
    [
      'well before the time, when a guard does',
      [{ ...caller, ...at(60_000) }],
      { guard: { tag: 'ContactId', value: 'call-1' } },
      byTime(50_000),
    ],
    ['just the time, when nothing does', [{ ...caller, ...at(60_000) }], {}, byTime(60_000)],
    [
      'the earlier of two legs',
      [
        { ...caller, ...from(5), ...at(60_000) },
        { ...agent, ...from(7), ...at(40_000) },
      ],
      {},
      byTime(30_000),
    ],
    ['after the fragment before', [{ ...caller, resume: resume(9) }], {}, after(8)],
    [
      'where the leg that is further back goes on',
      [
        { ...caller, resume: resume(9) },
        { ...agent, resume: resume(4) },
      ],
      {},
      after(3),
    ],
    [
      'by time where there is no fragment before',
      [{ ...caller, ...from(1), resume: resume(1) }],
      {},
      byTime(1_000 - 10_000),
    ],
  ])('begins with %s', async (_name, legs, request, position) => {
    expect((await firstPositions(legs, request))[0]?.[1]).toEqual(position);
  });
});

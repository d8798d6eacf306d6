import type { BusEvent } from '../../../local/cli/store/bus-events';
import { followAll, followCall, type FollowSources } from '../../../local/cli/tail/follow';
import type { TailItem } from '../../../local/cli/tail/tail-item';
import { eventOf, type CallRecord } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';

const LOG = logOf(
  'c',
  facts.claimed(),
  facts.started('c'),
  facts.segment('one', 0),
  facts.checkpoint(),
  facts.segment('two', 100),
  facts.gap(200),
  facts.segment('three', 300),
  facts.completed(),
);
const SHOWN = [2, 3, 5, 6, 7, 8];

function eventsOf(...records: readonly CallRecord[]): BusEvent[] {
  return records.flatMap((record) => {
    const event = eventOf(record);
    return event === undefined ? [] : [{ detailType: event.detailType, detail: event.detail }];
  });
}

interface Script {
  /** What each subscription in turn delivers; a function is called when it is subscribed. */
  readonly subscriptions: readonly (BusEvent[] | (() => BusEvent[]))[];
  /** What the log holds so far; may grow while the test runs. */
  readonly log: CallRecord[];
}

function sourcesOf({ subscriptions, log }: Script): FollowSources & { reads: number } {
  const left = [...subscriptions];
  return {
    reads: 0,
    async subscribe() {
      const next = left.shift();
      if (next === undefined) throw new Error('nobody answers');
      const events = typeof next === 'function' ? next() : next;
      return (async function* () {
        yield* events;
      })();
    },
    openLog(callId) {
      const count = () => (this.reads += 1);
      return {
        async *pages(afterSeq = 0) {
          count();
          yield log.filter((record) => record.callId === callId && record.seq > afterSeq);
        },
      };
    },
    sleep: async () => undefined,
  };
}

async function seqsOf(items: AsyncIterable<TailItem>): Promise<(number | string)[]> {
  const seqs: (number | string)[] = [];
  for await (const item of items) seqs.push(item.type === 'partial' ? item.text : item.seq);
  return seqs;
}

describe('followCall', () => {
  it('shows a finished call from its log and ends', async () => {
    const sources = sourcesOf({ subscriptions: [[]], log: LOG });

    expect(await seqsOf(followCall('c', sources))).toEqual(SHOWN);
  });

  it.each(LOG.map((_, index) => index))(
    'goes over from %d records of the log to the bus without holes or repeats',
    async (inLog) => {
      const sources = sourcesOf({ subscriptions: [eventsOf(...LOG)], log: LOG.slice(0, inLog) });

      expect(await seqsOf(followCall('c', sources))).toEqual(SHOWN);
    },
  );

  it('reads the log again when an event did not come', async () => {
    const log = LOG.slice(0, 3);
    const lateEvents = (): BusEvent[] => {
      // Written after the log was read; of their events only the last one arrives.
      setImmediate(() => log.push(...LOG.slice(3)));
      return eventsOf(LOG[7]!);
    };
    const sources = sourcesOf({ subscriptions: [lateEvents], log });
    const subscribe = sources.subscribe.bind(sources);
    sources.subscribe = async () => {
      const events = await subscribe();
      return (async function* () {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield* events;
      })();
    };

    expect(await seqsOf(followCall('c', sources))).toEqual(SHOWN);
    expect(sources.reads).toBe(2);
  });

  it('shows repeated deliveries once', async () => {
    const events = eventsOf(...LOG.slice(0, 5), ...LOG.slice(1, 4), ...LOG.slice(4));
    const sources = sourcesOf({ subscriptions: [events], log: [] });

    expect(await seqsOf(followCall('c', sources))).toEqual(SHOWN);
  });

  it('subscribes again when it was dropped, and reads what it missed', async () => {
    const log = LOG.slice(0, 3);
    const again = (): BusEvent[] => {
      log.push(...LOG.slice(3, 6));
      return eventsOf(...LOG.slice(6));
    };
    const sources = sourcesOf({ subscriptions: [[], again], log });

    expect(await seqsOf(followCall('c', sources))).toEqual(SHOWN);
  });

  it('gives up when nobody answers any more', async () => {
    const sources = sourcesOf({ subscriptions: [[]], log: LOG.slice(0, 3) });

    await expect(seqsOf(followCall('c', sources))).rejects.toThrow('nobody answers');
  });

  it('goes on after the end of a call that was reopened', async () => {
    const reopened = logOf(
      'c',
      facts.completed(),
      { type: 'reopened', request: { schemaVersion: 1, callId: 'c', legs: [] } },
      facts.segment('more'),
      facts.completed(),
    );
    const sources = sourcesOf({
      subscriptions: [eventsOf(...reopened)],
      log: reopened.slice(0, 3),
    });

    expect(await seqsOf(followCall('c', sources))).toEqual([1, 3, 4]);
  });

  it('says that it waits only when the log is empty', async () => {
    const onWaiting = jest.fn();

    await seqsOf(
      followCall('c', sourcesOf({ subscriptions: [eventsOf(...LOG)], log: [] }), onWaiting),
    );
    await seqsOf(followCall('c', sourcesOf({ subscriptions: [[]], log: LOG }), onWaiting));

    expect(onWaiting).toHaveBeenCalledTimes(1);
  });

  it('passes partials on and leaves alone what it does not understand', async () => {
    const partial: BusEvent = {
      detailType: 'Transcript Partial',
      detail: {
        schemaVersion: 1,
        eventId: 'c#r#1',
        callId: 'c',
        seq: null,
        previousSeq: null,
        channel: 'caller',
        startMs: 0,
        endMs: 10,
        startTime: '2026-01-31T10:00:00.000Z',
        text: 'on…',
        resultId: 'r',
        sessionOrdinal: 1,
      },
    };
    const strange: BusEvent[] = [
      { detailType: 'Something Else', detail: {} },
      { detailType: 'Transcript Segment', detail: { callId: 'c', seq: 9 } },
    ];
    const events = [...strange, partial, ...eventsOf(...LOG)];
    const sources = sourcesOf({ subscriptions: [events], log: [] });

    expect(await seqsOf(followCall('c', sources))).toEqual(['on…', ...SHOWN]);
  });
});

describe('followAll', () => {
  it('shows every call from now on and fills holes from its log', async () => {
    const other = logOf('d', facts.started('d'), facts.segment('a'), facts.segment('b', 100));
    const events = eventsOf(LOG[1]!, other[1]!, LOG[2]!, LOG[4]!, LOG[6]!, other[1]!, other[2]!);
    const sources = sourcesOf({ subscriptions: [events], log: [...LOG.slice(0, 7), ...other] });
    const shown: string[] = [];

    const ending = (async () => {
      for await (const item of followAll(sources)) {
        shown.push(item.type === 'partial' ? 'partial' : `${item.callId}${item.seq}`);
      }
    })();

    await expect(ending).rejects.toThrow('nobody answers');
    expect(shown).toEqual(['c2', 'd2', 'c3', 'c5', 'c6', 'c7', 'd3']);
  });
});

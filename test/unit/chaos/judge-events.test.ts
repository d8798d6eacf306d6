import { eventOf } from '../../../shared/record';
import type { CallRecord } from '../../../shared/record';
import { judgeEvents } from '../../chaos/judge/judge-events';
import type { ReceivedEvent } from '../../chaos/judge/judge-events';
import { facts, logOf } from '../../support/call-records';

const LOG = logOf(
  'call-1',
  facts.claimed(),
  facts.started(),
  facts.segment('1'),
  facts.gap(200),
  facts.checkpoint(),
  facts.segment('2', 400),
  facts.completed(),
);

/** What a subscriber gets of the records, through JSON as over the wire. */
function eventsOf(records: readonly CallRecord[]): ReceivedEvent[] {
  return records.flatMap((record) => {
    const event = eventOf(record);
    if (event === undefined) return [];
    const detail = JSON.parse(JSON.stringify(event.detail)) as ReceivedEvent['detail'];
    return [{ detailType: event.detailType, detail }];
  });
}

describe('judgeEvents', () => {
  it('finds nothing wrong with every event once, in order', () => {
    expect(judgeEvents(LOG, eventsOf(LOG))).toEqual({ missing: 0, outOfOrder: 0, invented: 0 });
  });

  it('minds no second delivery, whenever it comes', () => {
    const events = eventsOf(LOG);
    const verdict = judgeEvents(LOG, [...events, ...events.slice(0, 3)]);
    expect(verdict).toEqual({ missing: 0, outOfOrder: 0, invented: 0 });
  });

  it('counts events that did not come, and those that say something else', () => {
    const events = eventsOf(LOG).slice(1);
    const changed = events.map((event, index) =>
      index === 0 ? { ...event, detail: { ...event.detail, text: 'other' } } : event,
    );
    expect(judgeEvents(LOG, changed).missing).toBe(2);
  });

  it('counts first deliveries after a later one', () => {
    const [started, first, gap, ...rest] = eventsOf(LOG) as [
      ReceivedEvent,
      ReceivedEvent,
      ReceivedEvent,
    ];
    const verdict = judgeEvents(LOG, [started, gap, first, ...rest]);
    expect(verdict).toEqual({ missing: 0, outOfOrder: 1, invented: 0 });
  });

  it('counts events without a record, and passes over partials', () => {
    const detail = { eventId: 'call-1#99', callId: 'call-1', seq: 99 };
    const partial = { eventId: 'call-1#r#1', callId: 'call-1', seq: null };
    const extra = [
      { detailType: 'Transcript Segment', detail },
      { detailType: 'Transcript Partial', detail: partial },
    ];
    expect(judgeEvents(LOG, [...eventsOf(LOG), ...extra]).invented).toBe(1);
  });
});

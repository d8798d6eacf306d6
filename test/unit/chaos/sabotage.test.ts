import { eventOf, itemOf } from '../../../shared/record';
import type { CallRecord } from '../../../shared/record';
import { isChosen, rewriteEntries, rewriteItem } from '../../chaos/sabotage/rewrite';
import type { Rewriting } from '../../chaos/sabotage/rewrite';
import { facts, logOf } from '../../support/call-records';

const WORDS = ['1', '2', '3', '4', '5'].map((text, index) => ({
  text,
  startMs: index * 100,
  endMs: index * 100 + 50,
}));

function segment(): CallRecord {
  const fact = { ...facts.segment('1'), words: WORDS };
  const ids = Array.from({ length: 50 }, (_, index) => `call-${index}`);
  const callId = ids.find((id) => isChosen(`${id}#1`)) ?? '';
  return logOf(callId, fact as CallRecord['fact'])[0] as CallRecord;
}

function callOf(operation: string, body: object) {
  return { operation, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

/** What log and bus get instead of the record, as facts without their type. */
function rewritten(record: CallRecord, how: Rewriting): [log: object, bus: object] {
  const put = rewriteItem(callOf('PutItem', { Item: itemOf(record, 0) }), how);
  const item = (JSON.parse(put.body.toString()) as { Item: { record: { S: string } } }).Item;
  const { fact } = JSON.parse(item.record.S) as CallRecord;
  const event = eventOf(record);
  const entry = { DetailType: event?.detailType, Detail: JSON.stringify(event?.detail) };
  const sent = rewriteEntries(callOf('PutEvents', { Entries: [entry] }), how);
  const entries = (JSON.parse(sent.body.toString()) as { Entries: { Detail: string }[] }).Entries;
  return [fact, JSON.parse(entries[0]?.Detail ?? '') as object];
}

describe('sabotage', () => {
  it.each([
    ['drop', ['1', '2', '4', '5'], [0, 100, 300, 400]],
    ['dup', ['1', '2', '3', '3', '4', '5'], [0, 100, 200, 200, 300, 400]],
    ['shift', ['1', '2', '3', '4', '5'], [0, 100, 230, 300, 400]],
  ] as const)('%s changes one word, in the log and on the bus alike', (how, texts, starts) => {
    for (const changed of rewritten(segment(), how)) {
      const { words } = changed as { words: typeof WORDS };
      expect(words.map(({ text }) => text)).toEqual(texts);
      expect(words.map(({ startMs }) => startMs)).toEqual(starts);
    }
  });

  it('gap leaves a gap without a length, and segments as they are', () => {
    const [gap] = logOf('call-1', facts.gap(300)) as [CallRecord];
    for (const changed of rewritten(gap, 'gap')) {
      expect(changed).toMatchObject({ startMs: 300, endMs: 300 });
    }
    for (const same of rewritten(segment(), 'gap')) expect(same).toMatchObject({ words: WORDS });
  });
});

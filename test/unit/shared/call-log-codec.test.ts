import { recordFromItem } from '../../../shared/call-log-codec';
import { itemOf } from '../../../shared/record';
import { facts, logOf } from '../../support/call-records';

const SECRET = 'my card number is';

function itemWith(change: (record: Record<string, unknown>) => unknown) {
  const [record] = logOf('call-1', facts.segment(SECRET));
  const raw = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
  return {
    callId: { S: 'call-1' },
    seq: { N: '7' },
    record: { S: JSON.stringify(change(raw)) },
  };
}

function problemOf(item: Parameters<typeof recordFromItem>[0]) {
  try {
    recordFromItem(item);
    return undefined;
  } catch (reason) {
    return reason as Error & { code: string };
  }
}

describe('recordFromItem', () => {
  it('gives back every kind of record that was written', () => {
    const { segment, started, gap, ...others } = facts;
    const plain = Object.values(others).map((fact) => fact());
    const records = logOf('call-1', ...plain, started(), segment('good morning'), gap());

    const read = records.map((record) => recordFromItem({ ...itemOf(record, 1) }));

    expect(read).toEqual(records);
  });

  it('keeps where a channel was silence for want of audio; older records do not tell', () => {
    const [older] = logOf('call-1', facts.segment('good morning'));
    const state = { ...older!.state, unheardFrom: { agent: 40_960 } };

    const read = recordFromItem({ ...itemOf({ ...older!, state }, 1) });

    expect(older?.state).not.toHaveProperty('unheardFrom');
    expect(read.state.unheardFrom).toEqual({ agent: 40_960 });
  });

  it('refuses a newer schema version by its own code', () => {
    const problem = problemOf(itemWith((raw) => ({ ...raw, schemaVersion: 2 })));

    expect(problem).toMatchObject({
      code: 'log-too-new',
      message: expect.stringContaining('CallLog record call-1 7 has schema version 2') as string,
    });
  });

  it.each([
    ['no record at all', { callId: { S: 'call-1' }, seq: { N: '7' } }],
    ['half of one', { ...itemWith((raw) => raw), record: { S: `{"fact":{"text":"${SECRET}` } }],
    ['JSON that is no object', itemWith(() => SECRET)],
    ['null', itemWith(() => null)],
    ['a fact of an unknown type', itemWith((raw) => ({ ...raw, fact: { type: SECRET } }))],
    ['a mark that is no position', itemWith((raw) => ({ ...raw, state: { marks: SECRET } }))],
  ])('says what is wrong with %s, without its contents', (_name, item) => {
    const problem = problemOf(item);

    expect(problem).toMatchObject({
      code: 'log-unreadable',
      message: expect.stringContaining('call-1 7') as string,
    });
    expect(`${problem?.message} ${String((problem?.cause as Error)?.message)}`).not.toContain(
      SECRET,
    );
  });
});

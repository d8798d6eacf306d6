import { callRequestSchema } from '../../../shared/call';
import { EVENT_CATALOGUE } from '../../../shared/event-catalogue';
import { readEventFile } from '../events/event-files';
import { mutantsOf } from '../events/mutants';
import { FakeQueues, FakeTable, prepareDispatch } from './support';

const inputs = EVENT_CATALOGUE.filter(
  ({ direction, name }) => direction === 'in' && name !== 'call-request',
).flatMap((event) => event.samples.map((sample) => [sample, event] as const));

/** Of the envelope dispatch reads none of these; from whom a request comes is the bus's matter. */
const ENVELOPE = new Set(['version', 'id', 'account', 'time', 'region', 'resources']);
const isRead = (sample: string, member: string): boolean =>
  !ENVELOPE.has(member) && !(member === 'source' && sample.startsWith('transcription-'));

describe.each(inputs)('a damaged %s', (sample, { schema }) => {
  const mutants = mutantsOf(readEventFile(sample)).filter(({ how }) =>
    isRead(sample, how.split(/[. ]/)[0] ?? ''),
  );

  it('is refused with a reason and parked when it fails its schema, and does nothing', async () => {
    let refused = 0;
    for (const { how, value } of mutants) {
      if (schema.safeParse(value).success) continue;
      const queues = new FakeQueues();
      const table = new FakeTable();

      const answer = await prepareDispatch(queues, table)(value);

      refused += 1;
      expect([how, answer.status]).toEqual([how, 'refused']);
      expect(answer.reason).toMatch(/^.{3,1000}$/);
      expect(queues.parked).toMatchObject([{ reason: answer.reason }]);
      expect([how, queues.messages, table.writes]).toEqual([how, [], []]);
    }
    expect(refused).toBeGreaterThan(10);
  });

  it('is otherwise carried out, or refused and parked, never both', async () => {
    for (const { how, value } of mutants) {
      if (!schema.safeParse(value).success) continue;
      const queues = new FakeQueues();
      const table = new FakeTable();

      const answer = await prepareDispatch(queues, table)(value);

      const isRefused = answer.status === 'refused';
      expect([how, queues.parked.length]).toEqual([how, isRefused ? 1 : 0]);
      if (isRefused) expect([queues.messages, table.writes]).toEqual([[], []]);
      for (const message of queues.messages) expect(callRequestSchema.parse(message)).toBeTruthy();
    }
  });

  it('is refused without a word of what was in it', async () => {
    const secret = 'x7f3-customer-text';
    const swapped = mutantsOf(readEventFile(sample))
      .filter(({ how }) => how.endsWith('is other text'))
      .map(({ value }) => JSON.parse(JSON.stringify(value).replaceAll('something else', secret)));

    for (const value of swapped as unknown[]) {
      const { reason } = await prepareDispatch(new FakeQueues(), new FakeTable())(value);

      expect(reason ?? '').not.toContain(secret);
    }
  });
});

it.each([null, undefined, 'text', 12, [], [{}], {}, { 'detail-type': 7 }, { Details: null }])(
  'parks what is no event at all: %j',
  async (event) => {
    const queues = new FakeQueues();

    const { status } = await prepareDispatch(queues, new FakeTable())(event);

    expect(status).toBe('refused');
    expect(queues.parked).toHaveLength(1);
  },
);

it.each(['Chime VoiceConnector Streaming Status', 'Amazon Connect Contact Event'])(
  'refuses a %s that somebody else has put on the bus',
  async (detailType) => {
    const forged = { 'detail-type': detailType, source: 'com.example', detail: {} };

    const { status, reason } = await prepareDispatch(new FakeQueues(), new FakeTable())(forged);

    expect([status, reason]).toEqual(['refused', expect.stringContaining('source')]);
  },
);

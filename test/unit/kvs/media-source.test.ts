import type { ReaderBatch } from '../../../functions/worker/fragments/reader-batch';
import { until } from '../../support/until';
import { TestStream } from './stand-in';

let stream: TestStream;

/** Reads until the condition holds, and leaves. */
async function readUntil(condition: (batch: ReaderBatch) => boolean): Promise<void> {
  for await (const batch of stream.read()) if (condition(batch)) return;
}

describe.each(['lean', 'sdk'] as const)('MediaSource (%s)', (reader) => {
  beforeEach(async () => {
    stream = await TestStream.open(reader);
  });
  afterEach(() => stream.close());

  it('asks for an endpoint once, and again after a failure', async () => {
    stream.produce(1);
    const open = async () => {
      const connection = new AbortController();
      await stream.source.open(stream.arn, { type: 'earliest' }, connection.signal);
      connection.abort();
    };
    await open();
    await open();
    expect(stream.endpointsAsked).toBe(1);

    stream.faults.arm({ kind: 'getmedia-invalid-endpoint' });
    await expect(open()).rejects.toMatchObject({ code: 'stream-error', retryable: true });
    await open();

    expect(stream.endpointsAsked).toBe(2);
  });

  it.each([
    ['getmedia-not-authorized', 'access-denied', false],
    ['getmedia-connection-limit', 'quota-exceeded', true],
    ['getmedia-client-limit', 'quota-exceeded', true],
    ['getmedia-unavailable', 'unavailable', true],
    ['getdataendpoint-unavailable', 'unavailable', true],
  ])('calls %s %s', async (kind, code, retryable) => {
    stream.faults.arm({ kind });

    const opening = stream.source.open(stream.arn, { type: 'earliest' }, stream.stop.signal);

    await expect(opening).rejects.toMatchObject({
      code,
      retryable,
      context: { streamArn: stream.arn },
    });
  });

  it('names a stream that does not exist, and what to do', async () => {
    const arn = stream.arn.replace('calls', 'nothing');

    await expect(
      stream.source.open(arn, { type: 'earliest' }, stream.stop.signal),
    ).rejects.toMatchObject({
      code: 'stream-not-found',
      message: expect.stringContaining('check streamArn'),
    });
  });

  it('closes the connection of a body that nobody comes to read', async () => {
    stream.produce(1);
    const connection = new AbortController();
    await stream.source.open(stream.arn, { type: 'earliest' }, connection.signal);
    expect(stream.connections).toBe(1);

    connection.abort();

    await until(() => stream.connections === 0);
  });

  it.each([
    ['at the live edge', (batch: ReaderBatch) => batch.status === 'live'],
    ['at the first bytes', (batch: ReaderBatch) => batch.events.length > 0],
  ])('leaves no connection when its reader leaves %s', async (_name, condition) => {
    stream.produce(3);

    await readUntil(condition);

    await until(() => stream.connections === 0);
  });

  it('leaves no connection when the worker stops', async () => {
    stream.produce(3);
    const reading = readUntil(() => false);
    await new Promise((resolve) => setTimeout(resolve, 200));

    stream.stop.abort();

    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    await until(() => stream.connections === 0);
  });
});

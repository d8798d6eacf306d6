import type { MediaReaderKind } from '../../../../functions/worker/config';
import type { CallscribeError } from '../../../../shared/errors';
import { explainInBand } from '../../../../shared/errors/explain';
import { GET_MEDIA_ERRORS } from '../../../../local/kinesis-video/media-errors';
import type { KinesisVideoFaultKind } from '../../../../local/kinesis-video/faults';
import { TestStream } from '../../kvs/stand-in';
import type { Row } from './row';
import { thrownBy } from './row';

export const READERS: readonly MediaReaderKind[] = ['lean', 'sdk'];
const UNDOCUMENTED = 3999;

/** One row for each failure of reading a stream, for one way of reading it. */
export function kinesisVideoRows(reader: MediaReaderKind): Row[] {
  const row = (failure: string, name: Row['name'], provoke: Row['provoke']): Row => ({
    failure,
    service: 'kinesis-video',
    name,
    provoke,
  });
  const refusal = (failure: string, name: string, kind: KinesisVideoFaultKind): Row =>
    row(failure, name, () => onStream(reader, (stream) => refusalBy(stream, kind)));
  return [
    row('kvs-stream-not-found', 'ResourceNotFoundException', () =>
      onStream(reader, (stream) => openOf(stream, stream.arn.replace('calls', 'nothing'))),
    ),
    row('kvs-invalid-argument', 'InvalidArgumentException', () =>
      onStream(reader, (stream) => openOf(stream, stream.arn, 'no number')),
    ),
    refusal('kvs-not-authorized', 'NotAuthorizedException', 'getmedia-not-authorized'),
    refusal('kvs-client-limit', 'ClientLimitExceededException', 'getdataendpoint-client-limit'),
    refusal(
      'kvs-connection-limit',
      'ConnectionLimitExceededException',
      'getmedia-connection-limit',
    ),
    refusal('kvs-invalid-endpoint', 'InvalidEndpointException', 'getmedia-invalid-endpoint'),
    refusal('service-unavailable', 'ServiceUnavailableException', 'getmedia-unavailable'),
    row('connection-lost', /^(ECONNRESET|MalformedResponseError|aborted)$/, () =>
      onStream(reader, (stream) => troubleOf(stream, { kind: 'getmedia-reset' })),
    ),
    ...Object.keys(GET_MEDIA_ERRORS).map((errorId) =>
      row(`kvs-${errorId}`, 'InBandError', () =>
        onStream(reader, (stream) =>
          inBandOf(stream, { kind: 'getmedia-error', settings: { errorId: Number(errorId) } }),
        ),
      ),
    ),
    // The stand-in sends no number that is not documented.
    row('kvs-in-band', 'InBandError', async () => explainInBand(UNDOCUMENTED)),
  ];
}

type Fault = Parameters<TestStream['faults']['arm']>[0];

async function onStream<T>(
  reader: MediaReaderKind,
  work: (stream: TestStream) => Promise<T>,
): Promise<T> {
  const stream = await TestStream.open(reader);
  try {
    stream.produce(3);
    return await work(stream);
  } finally {
    await stream.close();
  }
}

function openOf(stream: TestStream, arn: string, fragmentNumber?: string): Promise<unknown> {
  const position =
    fragmentNumber === undefined
      ? ({ type: 'earliest' } as const)
      : ({ type: 'after', fragmentNumber } as const);
  return thrownBy(stream.source.open(arn, position, stream.stop.signal));
}

function refusalBy(stream: TestStream, kind: KinesisVideoFaultKind): Promise<unknown> {
  stream.faults.arm({ kind });
  return openOf(stream, stream.arn);
}

/** What the reader makes known of a fault, before it goes on. */
async function troubleOf(stream: TestStream, fault: Fault): Promise<CallscribeError> {
  stream.faults.arm(fault);
  for await (const _ of stream.read()) {
    const [trouble] = stream.troubles;
    if (trouble !== undefined) return trouble;
  }
  throw new Error('the reader met no trouble');
}

/** The reader names the number that the stand-in has put into the body. */
async function inBandOf(stream: TestStream, fault: Fault): Promise<CallscribeError> {
  const { message } = await troubleOf(stream, fault);
  return explainInBand(Number(/error (\d+)/.exec(message)?.[1]));
}

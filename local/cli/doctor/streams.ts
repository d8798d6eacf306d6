import {
  APIName,
  GetDataEndpointCommand,
  KinesisVideoClient,
  ListStreamsCommand,
} from '@aws-sdk/client-kinesis-video';
import {
  GetMediaCommand,
  KinesisVideoMediaClient,
  StartSelectorType,
} from '@aws-sdk/client-kinesis-video-media';
import type { Readable } from 'node:stream';

import { explain } from '../../../shared/errors/explain';
import { ok, warning, type Result } from './finding';
import type { Patient } from './patient';

const HINT = '`--stream NAME` tries reading one';

/**
 * With a stream: asks for its endpoint and opens GetMedia at its end, as the worker does, and
 * leaves at once. Without: only whether the service lets us in.
 */
export async function checkStreams(patient: Patient, signal: AbortSignal): Promise<Result> {
  const client = new KinesisVideoClient(patient.settings('kinesis-video'));
  try {
    if (patient.stream !== undefined) {
      return await checkReading(patient, client, patient.stream, signal);
    }
    const { StreamInfoList = [], NextToken } = await client.send(
      new ListStreamsCommand({ MaxResults: 10 }),
      { abortSignal: signal },
    );
    const many = NextToken === undefined ? '' : ' or more';
    return ok(`lets us in; ${StreamInfoList.length}${many} streams; ${HINT}`);
  } catch (reason) {
    if (patient.stream !== undefined) throw reason;
    if (explain(reason, 'kinesis-video').failure !== 'no-permission') throw reason;
    return warning(
      'answers, but listing streams is not allowed, which the worker does not need',
      `try a stream of a call: ${HINT}`,
    );
  } finally {
    client.destroy();
  }
}

async function checkReading(
  patient: Patient,
  client: KinesisVideoClient,
  stream: string,
  signal: AbortSignal,
): Promise<Result> {
  const named = stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream };
  const { DataEndpoint } = await client.send(
    new GetDataEndpointCommand({ ...named, APIName: APIName.GET_MEDIA }),
    { abortSignal: signal },
  );
  const settings = { ...patient.settings('kinesis-video'), endpoint: DataEndpoint };
  const media = new KinesisVideoMediaClient(settings);
  try {
    const { Payload } = await media.send(
      new GetMediaCommand({
        ...named,
        StartSelector: { StartSelectorType: StartSelectorType.NOW },
      }),
      { abortSignal: signal },
    );
    (Payload as Readable | undefined)?.destroy();
    return ok('the stream can be read');
  } finally {
    media.destroy();
  }
}

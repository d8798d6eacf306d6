import { KinesisVideo } from '@aws-sdk/client-kinesis-video';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { closeAll, start, startWithStream } from './support';

const NOW_MS = 1_700_000_000_123;
let client: KinesisVideo | undefined;

afterEach(async () => {
  client?.destroy();
  await closeAll();
});

function controlClient(standIn: KinesisVideoStandIn): KinesisVideo {
  client = new KinesisVideo({
    region: LOCAL_REGION,
    endpoint: standIn.url,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
  return client;
}

describe('the control calls', () => {
  it('create a stream that is then described by name and by ARN', async () => {
    const kinesisVideo = controlClient(await start({ nowMs: () => NOW_MS }));

    const { StreamARN } = await kinesisVideo.createStream({
      StreamName: 'calls',
      DataRetentionInHours: 2,
    });
    const byName = await kinesisVideo.describeStream({ StreamName: 'calls' });
    const byArn = await kinesisVideo.describeStream({ StreamARN });

    expect(StreamARN).toBe(`arn:aws:kinesisvideo:us-east-1:000000000000:stream/calls/${NOW_MS}`);
    expect(byName.StreamInfo).toMatchObject({
      StreamName: 'calls',
      StreamARN,
      Status: 'ACTIVE',
      CreationTime: new Date(NOW_MS),
      DataRetentionInHours: 2,
    });
    expect(byArn.StreamInfo).toEqual(byName.StreamInfo);
  });

  it('list streams in pages, by prefix', async () => {
    const standIn = await start();
    for (const name of ['b-1', 'a-2', 'a-1', 'a-3']) standIn.createStream(name);
    const kinesisVideo = controlClient(standIn);
    const condition = { ComparisonOperator: 'BEGINS_WITH', ComparisonValue: 'a-' } as const;

    const first = await kinesisVideo.listStreams({ MaxResults: 2, StreamNameCondition: condition });
    const second = await kinesisVideo.listStreams({
      NextToken: first.NextToken,
      StreamNameCondition: condition,
    });

    expect(first.StreamInfoList?.map(({ StreamName }) => StreamName)).toEqual(['a-1', 'a-2']);
    expect(second.StreamInfoList?.map(({ StreamName }) => StreamName)).toEqual(['a-3']);
    expect(second.NextToken).toBeUndefined();
  });

  it('give the stand-in itself as the data endpoint', async () => {
    const standIn = await startWithStream();

    const { DataEndpoint } = await controlClient(standIn).getDataEndpoint({
      StreamName: 'calls',
      APIName: 'GET_MEDIA',
    });

    expect(DataEndpoint).toBe(standIn.url);
  });

  it('refuse a sixth GetDataEndpoint within a second, and allow it after that second', async () => {
    let nowMs = NOW_MS;
    const standIn = await startWithStream({ nowMs: () => nowMs });
    const kinesisVideo = controlClient(standIn);
    const ask = () => kinesisVideo.getDataEndpoint({ StreamName: 'calls', APIName: 'GET_MEDIA' });
    for (let call = 0; call < 5; call += 1) await ask();

    await expect(ask()).rejects.toMatchObject({ name: 'ClientLimitExceededException' });
    nowMs += 1000;

    await expect(ask()).resolves.toMatchObject({ DataEndpoint: standIn.url });
  });

  it('delete a stream, so that its name and ARN are unknown', async () => {
    const standIn = await start();
    const StreamARN = standIn.createStream('calls');
    const kinesisVideo = controlClient(standIn);

    await kinesisVideo.deleteStream({ StreamARN });

    const notFound = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
    await expect(kinesisVideo.describeStream({ StreamARN })).rejects.toMatchObject(notFound);
    await expect(
      kinesisVideo.getDataEndpoint({ StreamName: 'calls', APIName: 'PUT_MEDIA' }),
    ).rejects.toMatchObject(notFound);
  });

  it('tell a stream from one of the same name that was deleted before', async () => {
    let nowMs = NOW_MS;
    const standIn = await start({ nowMs: () => nowMs });
    const oldArn = standIn.createStream('calls');
    standIn.deleteStream('calls');
    nowMs += 1;
    standIn.createStream('calls');

    await expect(
      controlClient(standIn).describeStream({ StreamARN: oldArn }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('refuse a second stream of the same name', async () => {
    const standIn = await startWithStream();

    await expect(
      controlClient(standIn).createStream({ StreamName: 'calls' }),
    ).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  it('change the retention of the version that was described', async () => {
    const standIn = await startWithStream({}, { retentionHours: 1 });
    const kinesisVideo = controlClient(standIn);
    const change = {
      StreamName: 'calls',
      CurrentVersion: '1',
      Operation: 'INCREASE_DATA_RETENTION',
      DataRetentionChangeInHours: 3,
    } as const;

    await kinesisVideo.updateDataRetention(change);

    const { StreamInfo } = await kinesisVideo.describeStream({ StreamName: 'calls' });
    expect(StreamInfo?.DataRetentionInHours).toBe(4);
    await expect(kinesisVideo.updateDataRetention(change)).rejects.toMatchObject({
      name: 'VersionMismatchException',
    });
  });

  it('name the member that is wrong', async () => {
    const standIn = await start();

    await expect(
      controlClient(standIn).createStream({ StreamName: 'no spaces, please' }),
    ).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: expect.stringContaining('StreamName') as string,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('answer an unknown operation and a body that is no JSON with an error', async () => {
    const standIn = await start();

    const unknown = await fetch(`${standIn.url}/listFragments`, { method: 'POST', body: '{}' });
    const garbage = await fetch(`${standIn.url}/createStream`, { method: 'POST', body: '{' });

    expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([
      404,
      'UnknownOperationException',
    ]);
    expect([garbage.status, garbage.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'InvalidArgumentException',
    ]);
  });
});

import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { KinesisVideo } from '@aws-sdk/client-kinesis-video';
import { SQS } from '@aws-sdk/client-sqs';
import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';

import { localEnvironment } from '../../local/cli/environment';
import { randomSymbols, renderDtmf, seededRandom } from '../../local/dtmf/dtmf';
import { encodeWav } from '../../local/media/wav-writer';
import {
  CALLSCRIBE,
  bareEnv,
  callscribe,
  configOf,
  descendants,
  startLocal,
  type Running,
} from './running-local';

jest.setTimeout(60_000);

describe('callscribe local', () => {
  let local: Running;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(async () => {
    await local.stop();
  });

  it('prints exports that need no quotes, for every client and a worker', () => {
    expect(Object.keys(local.env)).toEqual(
      expect.arrayContaining([
        'AWS_REGION',
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'CALLS_QUEUE_URL',
        'CALLS_DLQ_URL',
        'CALLS_TABLE',
        'CALL_LOG_TABLE',
        'EVENT_BUS_NAME',
        'AWS_ENDPOINT_URL_SQS',
        'AWS_ENDPOINT_URL_DYNAMODB',
        'AWS_ENDPOINT_URL_EVENTBRIDGE',
        'AWS_ENDPOINT_URL_KINESIS_VIDEO',
        'AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING',
        'CALLSCRIBE_CONTROL_URL',
      ]),
    );
  });

  it('is found by other commands in its folder', () => {
    expect(localEnvironment({}, local.cwd)).toEqual(local.env);
  });

  it('answers clients of every service', async () => {
    const { env } = local;
    const kinesisVideo = new KinesisVideo(configOf(env, 'KINESIS_VIDEO'));
    const dynamoDb = new DynamoDB(configOf(env, 'DYNAMODB'));

    const { StreamARN } = await kinesisVideo.createStream({ StreamName: 's' });
    const { TableNames } = await dynamoDb.listTables({});
    const heard = await transcribeSilence(env);

    expect(StreamARN).toMatch(/^arn:aws:kinesisvideo:us-east-1:000000000000:stream\/s\/\d+$/);
    expect(TableNames).toEqual(['CallLog', 'Calls']);
    expect(heard).toBe('ended');
  });

  it('dispatches a request on the bus to the queue and the table, and a stop to the table', async () => {
    const { env } = local;
    const sqs = new SQS(configOf(env, 'SQS'));
    const dynamoDb = new DynamoDB(configOf(env, 'DYNAMODB'));
    const streamArn = 'arn:aws:kinesisvideo:us-east-1:000000000000:stream/s/1';
    const legs = [{ channel: 'caller', streamArn }];

    await putEvent(env, 'Transcription Requested', { schemaVersion: 1, callId: 'x', legs });
    const received = await sqs.receiveMessage({
      QueueUrl: env.CALLS_QUEUE_URL,
      WaitTimeSeconds: 5,
    });
    const endTime = '2026-01-01T00:00:00.000Z';
    const stop = { schemaVersion: 1, callId: 'req:x', endTime };
    await putEvent(env, 'Transcription Stop Requested', stop);

    const body = JSON.parse(received.Messages?.[0]?.Body ?? '') as object;
    expect(body).toMatchObject({ callId: 'req:x', legs });
    const Key = { callId: { S: 'req:x' } };
    let item: object | undefined;
    while (item === undefined || !('endTime' in item)) {
      item = (await dynamoDb.getItem({ TableName: env.CALLS_TABLE, Key })).Item ?? {};
    }
    expect(item).toMatchObject({ status: { S: 'waiting' }, endTime: { S: endTime } });
  });

  it('shows its state and switches faults through the control endpoint', async () => {
    const control = local.env.CALLSCRIBE_CONTROL_URL ?? '';
    const order = { service: 'dynamodb', kind: 'throttled', target: 'Calls/Scan' };
    const armed = await fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify(order) });
    const dynamoDb = new DynamoDB({ ...configOf(local.env, 'DYNAMODB'), maxAttempts: 1 });

    const scan = dynamoDb.scan({ TableName: 'Calls' });

    await expect(scan).rejects.toThrow(
      expect.objectContaining({ name: 'ProvisionedThroughputExceededException' }),
    );
    const status = (await (await fetch(`${control}/status`)).json()) as { pid: number };
    const faults = (await (await fetch(`${control}/faults`)).json()) as object;
    expect(armed.status).toBe(201);
    expect(status.pid).toBe(local.child.pid);
    expect(faults).toMatchObject({ services: { dynamodb: { struck: { throttled: 1 } } } });
  });

  it('refuses to run twice in a folder', async () => {
    const second = spawn(process.execPath, [CALLSCRIBE, 'local', '--no-worker'], {
      cwd: local.cwd,
      env: bareEnv,
    });
    let complaint = '';
    second.stderr.on('data', (part: Buffer) => (complaint += part.toString()));

    const code = await new Promise((resolve) => second.once('exit', resolve));

    expect(code).toBe(2);
    expect(complaint).toMatch(/^callscribe: callscribe local runs in this folder already .*\n$/);
  });
});

it('leaves no process and no state behind when it is stopped', async () => {
  const local = await startLocal(['--workers', '2', '--data-dir', 'data']);
  const pids = descendants(local.child.pid ?? -1);

  const code = await local.stop();

  expect(code).toBe(0);
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  expect(existsSync(join(local.cwd, '.callscribe/local.json'))).toBe(false);
});

it('goes on after a kill with a call that had not ended, without hole or repetition', async () => {
  const symbols = randomSymbols(200, seededRandom(7));
  const tone = { symbols, toneMs: 50, pauseMs: 50, sampleRateHz: 8000, amplitudeDbfs: -20 };
  const first = await startLocal(['--data-dir', 'data']);
  const wav = encodeWav({ sampleRateHz: 8000, channels: [renderDtmf(tone).samples] });
  writeFileSync(join(first.cwd, 'call.wav'), wav);
  const hangUp = new AbortController();
  const call = ['call', 'call.wav', '--call-id', 'c', '--speed', '2'];
  const player = callscribe(first.cwd, call, hangUp.signal);
  await untilFirstAudioIsHeard(first.env);
  const heardMs = Date.now();
  first.child.kill('SIGKILL');
  hangUp.abort();
  await player;

  const second = await startLocal(['--data-dir', 'data'], first.cwd);
  // Hardly more than the stream holds, and never less than was heard, however slow the machine.
  const endTime = new Date(heardMs + 1500).toISOString();
  const stop = { schemaVersion: 1, callId: 'c', endTime };
  await putEvent(second.env, 'Transcription Stop Requested', stop);
  const tail = await callscribe(first.cwd, ['tail', 'c']);
  const transcript = await callscribe(first.cwd, ['transcript', 'c', '--format', 'json']);
  const code = await second.stop();

  const segments = transcript.stdout.trimEnd().split('\n');
  const text = segments.map((line) => (JSON.parse(line) as { text: string }).text).join('');
  const heard = text.replaceAll(' ', '');
  expect([tail.code, transcript.code, code]).toEqual([0, 0, 0]);
  expect(heard.length).toBeGreaterThan(10);
  expect(heard).toBe(symbols.slice(0, heard.length));
});

/** Some seconds of the call have reached Transcribe: its session was opened and fed. */
async function untilFirstAudioIsHeard(env: Record<string, string>): Promise<void> {
  const fed = async () => {
    const reply = await fetch(`${env.CALLSCRIBE_CONTROL_URL}/status`);
    const { transcribe } = (await reply.json()) as { transcribe: { audioBytes: number } };
    return transcribe.audioBytes > 3 * 16_000;
  };
  while (!(await fed())) await new Promise((done) => setTimeout(done, 50));
}

async function putEvent(
  env: Record<string, string>,
  DetailType: string,
  detail: object,
): Promise<void> {
  const bus = new EventBridge(configOf(env, 'EVENTBRIDGE'));
  const Detail = JSON.stringify(detail);
  const EventBusName = env.EVENT_BUS_NAME;
  const reply = await bus.putEvents({
    Entries: [{ Source: 'test', EventBusName, DetailType, Detail }],
  });
  expect(reply.FailedEntryCount).toBe(0);
}

/** A session of a second of silence; how its result stream ended. */
async function transcribeSilence(env: Record<string, string>): Promise<string> {
  const client = new TranscribeStreamingClient(configOf(env, 'TRANSCRIBE_STREAMING'));
  async function* audio() {
    for (let i = 0; i < 5; i++) yield { AudioEvent: { AudioChunk: new Uint8Array(3200) } };
  }
  const session = await client.send(
    new StartStreamTranscriptionCommand({
      LanguageCode: 'en-US',
      MediaSampleRateHertz: 8000,
      MediaEncoding: 'pcm',
      AudioStream: audio(),
    }),
  );
  for await (const event of session.TranscriptResultStream ?? []) {
    if (event.TranscriptEvent === undefined) return Object.keys(event)[0] ?? 'unknown';
  }
  return 'ended';
}

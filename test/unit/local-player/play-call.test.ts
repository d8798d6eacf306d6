import { KinesisVideo } from '@aws-sdk/client-kinesis-video';

import { startKinesisVideo, type KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import type { CallSource, SourceFragment } from '../../../local/player/call-source';
import { playCall, type PlayOptions } from '../../../local/player/play-call';
import type { Pacer } from '../../../local/player/pacer';
import { callRequestSchema } from '../../../shared/call';
import { stopRequestedSchema } from '../../../shared/events';

const START_MS = Date.UTC(2026, 0, 31, 10);
const NO_WAITING: Pacer = { waitUntil: async (_, signal) => signal?.throwIfAborted() };

let kinesisVideo: KinesisVideoStandIn;
let client: KinesisVideo;

beforeAll(async () => {
  kinesisVideo = await startKinesisVideo();
  client = new KinesisVideo({
    endpoint: kinesisVideo.url,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(async () => {
  client.destroy();
  await kinesisVideo.close();
});

/** Two tracks of 64 ms blocks, so many fragments of 16 of them. */
function sourceOf(fragmentCount: number, beforeFragment?: (index: number) => void): CallSource {
  const fragment = (index: number): SourceFragment => ({
    timestampMs: index * 1024,
    blocks: Array.from({ length: 32 }, (_, block) => ({
      trackNumber: (block % 2) + 1,
      timestampMs: index * 1024 + Math.floor(block / 2) * 64,
      endMs: index * 1024 + Math.floor(block / 2) * 64 + 64,
      payload: new Uint8Array(1024),
    })),
  });
  return {
    tracks: [1, 2].map((number) => ({
      number,
      name: `T${number}`,
      codecId: 'A_PCM/INT/LIT',
      sampleRateHz: 8000,
    })),
    legs: [
      { channel: 'caller', track: 'T1' },
      { channel: 'agent', track: 'T2' },
    ],
    durationMs: fragmentCount * 1024,
    async *fragments() {
      for (let index = 0; index < fragmentCount; index += 1) {
        beforeFragment?.(index);
        yield fragment(index);
      }
    },
    close: async () => undefined,
  };
}

interface Sent {
  readonly messages: unknown[];
  readonly events: { Source?: string; DetailType?: string; Detail?: string }[];
}

function optionsFor(callId: string, changes: Partial<PlayOptions> = {}): PlayOptions & Sent {
  const sent: Sent = { messages: [], events: [] };
  return {
    ...sent,
    source: sourceOf(3),
    callId,
    speed: 1,
    services: {
      kinesisVideo: client,
      sqs: {
        sendMessage: async (input: { MessageBody?: string }) => {
          sent.messages.push(JSON.parse(input.MessageBody ?? ''));
          return {};
        },
      },
      eventBridge: {
        putEvents: async (input: { Entries?: Sent['events'] }) => {
          sent.events.push(...(input.Entries ?? []));
          return { FailedEntryCount: 0 };
        },
      },
    } as unknown as PlayOptions['services'],
    queueUrl: 'http://queue',
    eventBusName: 'bus',
    nowMs: () => START_MS,
    startPacer: () => NO_WAITING,
    ...changes,
  };
}

describe('playCall', () => {
  it('streams every fragment with the producer time of its audio', async () => {
    const played = await playCall(optionsFor('plain'));

    const fragments = kinesisVideo.fragments(played.streamArn);
    expect(fragments.map((fragment) => fragment.producerTimestampMs)).toEqual([
      START_MS,
      START_MS + 1024,
      START_MS + 2048,
    ]);
    expect(fragments.map((fragment) => fragment.blocks)).toEqual([32, 32, 32]);
    expect(played.firstFragmentNumber).toBe(fragments[0]?.fragmentNumber);
  });

  it('requests the call once, from its first fragment', async () => {
    const options = optionsFor('re:quest', { callOptions: { partials: true } });

    const played = await playCall(options);

    const leg = {
      streamArn: played.streamArn,
      startFragmentNumber: played.firstFragmentNumber,
      startTime: '2026-01-31T10:00:00.000Z',
    };
    expect(options.messages.map((message) => callRequestSchema.parse(message))).toEqual([
      {
        schemaVersion: 1,
        callId: 're:quest',
        legs: [
          { channel: 'caller', track: 'T1', ...leg },
          { channel: 'agent', track: 'T2', ...leg },
        ],
        guard: { tag: 'ContactId', value: 're:quest' },
        options: { partials: true },
      },
    ]);
  });

  it('requests the call while its first fragment is still being spoken', async () => {
    const options = optionsFor('early');
    let requestedAt = -1;
    const source = sourceOf(50, (index) => {
      if (requestedAt < 0 && options.messages.length > 0) requestedAt = index;
    });
    const slow: Pacer = { waitUntil: () => new Promise((resolve) => setTimeout(resolve, 1)) };

    await playCall({ ...options, source, startPacer: () => slow });

    expect(requestedAt).toBeGreaterThan(0);
    expect(requestedAt).toBeLessThan(50);
  });

  it('announces the end at the producer time of the last sample', async () => {
    const options = optionsFor('end');

    await playCall(options);

    expect(options.events).toHaveLength(1);
    expect(options.events[0]).toMatchObject({
      Source: 'callscribe.cli',
      DetailType: 'Transcription Stop Requested',
    });
    expect(stopRequestedSchema.parse(JSON.parse(options.events[0]?.Detail ?? ''))).toEqual({
      schemaVersion: 1,
      callId: 'end',
      endTime: '2026-01-31T10:00:03.072Z',
    });
  });

  it('ends the call where it is hung up', async () => {
    const hangUp = new AbortController();
    const source = sourceOf(1000, (index) => {
      if (index === 2) hangUp.abort();
    });
    const options = optionsFor('hung-up', { source, hangUp: hangUp.signal });

    const played = await playCall(options);

    expect(played.endTimeMs).toBe(START_MS + 2048);
    expect(options.events).toHaveLength(1);
  });

  it('refuses a call id that is being played', async () => {
    await playCall(optionsFor('twice'));

    const again = playCall(optionsFor('twice'));

    await expect(again).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('ends the call also when its audio breaks off', async () => {
    const source = sourceOf(10, (index) => {
      if (index === 5) throw new Error('the disk is gone');
    });
    const slow: Pacer = { waitUntil: () => new Promise((resolve) => setTimeout(resolve, 1)) };
    const options = optionsFor('broken', { source, startPacer: () => slow });

    await expect(playCall(options)).rejects.toThrow('the disk is gone');

    expect(JSON.parse(options.events[0]?.Detail ?? '')).toMatchObject({
      endTime: '2026-01-31T10:00:05.120Z',
    });
  });

  it('stops playing when the request cannot be sent', async () => {
    const options = optionsFor('no-queue', { source: sourceOf(100_000) });
    const failure = Object.assign(new Error('no such queue'), {
      $metadata: { httpStatusCode: 400 },
    });
    const services = {
      ...options.services,
      sqs: { sendMessage: async () => Promise.reject(failure) },
    } as unknown as PlayOptions['services'];

    await expect(playCall({ ...options, services })).rejects.toBe(failure);
    expect(options.events).toEqual([]);
  });
});

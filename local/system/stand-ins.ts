import { join } from 'node:path';

import { startDynamoDb } from '../dynamodb/dynamodb';
import type { DynamoDbStandIn } from '../dynamodb/dynamodb';
import { DYNAMODB_FAULTS } from '../dynamodb/faults';
import { startEventBridge } from '../event-bridge/event-bridge';
import type { EventBridgeStandIn } from '../event-bridge/event-bridge';
import { EVENT_BRIDGE_FAULTS } from '../event-bridge/faults';
import type { FaultBoard } from '../faults/fault-board';
import { KINESIS_VIDEO_FAULTS } from '../kinesis-video/faults';
import { startKinesisVideo } from '../kinesis-video/server';
import type { KinesisVideoStandIn } from '../kinesis-video/server';
import type { RecogniserEngine } from '../recognisers/recogniser';
import { SQS_FAULTS } from '../sqs/faults';
import { startSqs } from '../sqs/sqs';
import type { SqsStandIn } from '../sqs/sqs';
import { TRANSCRIBE_FAULTS } from '../transcribe/fault-kinds';
import type { Lexicon } from '../transcribe/lexicon';
import { startTranscribe } from '../transcribe/transcribe';
import type { TranscribeStandIn } from '../transcribe/transcribe';
import type { SystemLimits } from './limits';
import { EVENT_BUS_NAME } from './system-env';

export interface StandIns {
  readonly kinesisVideo: KinesisVideoStandIn;
  /** Absent when the real service is used. */
  readonly transcribe?: TranscribeStandIn;
  readonly eventBridge: EventBridgeStandIn;
  readonly dynamoDb: DynamoDbStandIn;
  readonly sqs: SqsStandIn;
}

/** One board for each service, named as the control endpoint names it. */
export const FAULTY_SERVICES = {
  'kinesis-video': KINESIS_VIDEO_FAULTS,
  transcribe: TRANSCRIBE_FAULTS,
  'event-bridge': EVENT_BRIDGE_FAULTS,
  dynamodb: DYNAMODB_FAULTS,
  sqs: SQS_FAULTS,
} as const satisfies Record<string, Readonly<Record<string, string>>>;
export type FaultyServiceName = keyof typeof FAULTY_SERVICES;
export type FaultBoards = { readonly [Name in FaultyServiceName]: FaultBoard };

export interface StandInsOptions {
  readonly boards: FaultBoards;
  readonly limits: SystemLimits;
  /** Absent: the real Amazon Transcribe is used. */
  readonly engine?: RecogniserEngine;
  /** Transcribe is served over TLS; PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly lexicon?: Lexicon;
  readonly dataDir?: string;
  readonly visibilityTimeoutSeconds?: number;
  /** Told when an emulator ends by itself. */
  onDeath(reason: Error): void;
}

/** Starts all of them side by side. When one does not start, the others are closed again. */
export async function startStandIns(options: StandInsOptions): Promise<StandIns> {
  const { boards, limits, engine, dataDir, visibilityTimeoutSeconds, onDeath } = options;
  const kinesisVideoDir = dataDir === undefined ? undefined : join(dataDir, 'kinesis-video');
  const starting = {
    sqs: startSqs({ dataDir, visibilityTimeoutSeconds, faults: boards.sqs, onDeath }),
    dynamoDb: startDynamoDb({ dataDir, faults: boards.dynamodb, onDeath }),
    kinesisVideo: startKinesisVideo({
      dataDir: kinesisVideoDir,
      limits: limits.kinesisVideo,
      faults: boards['kinesis-video'],
    }),
    transcribe:
      engine === undefined
        ? Promise.resolve(undefined)
        : startTranscribe({
            engine,
            limits: limits.transcribe,
            faults: boards.transcribe,
            tls: options.tls,
            lexicon: options.lexicon,
          }),
    eventBridge: startEventBridge({
      buses: [EVENT_BUS_NAME],
      // The queue's address is known a moment later; no event comes before.
      sqsEndpoint: () => sqsUrl,
      faults: boards['event-bridge'],
    }),
  };
  let sqsUrl: string | undefined;
  const all = Object.values(starting);
  try {
    const [sqs, dynamoDb, kinesisVideo, transcribe, eventBridge] = await Promise.all([
      starting.sqs,
      starting.dynamoDb,
      starting.kinesisVideo,
      starting.transcribe,
      starting.eventBridge,
    ]);
    sqsUrl = sqs.url;
    return { sqs, dynamoDb, kinesisVideo, transcribe, eventBridge };
  } catch (reason) {
    for (const outcome of await Promise.allSettled(all)) {
      if (outcome.status === 'fulfilled') await outcome.value?.close();
    }
    throw reason;
  }
}

export async function closeStandIns(standIns: StandIns): Promise<void> {
  const { sqs, dynamoDb, kinesisVideo, transcribe, eventBridge } = standIns;
  const all = [eventBridge, sqs, dynamoDb, kinesisVideo, transcribe];
  await Promise.all(all.map(async (standIn) => standIn?.close()));
}

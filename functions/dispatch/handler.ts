import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SQS } from '@aws-sdk/client-sqs';

import { createLogger } from '../../shared/logger';
import { readDispatchConfig } from './config';
import type { DispatchConfig } from './config';
import { createDispatch } from './dispatch';
import type { DispatchAnswer, DispatchParts } from './dispatch';
import { flowAnswer } from './flow-answer';
import { isBusEvent } from './read-trigger';

type Dispatch = (event: unknown) => Promise<DispatchAnswer>;

/** Built while the Lambda instance starts: the first event may be of a flow, and a caller waits. */
const dispatch = createOrFail();

/**
 * Lambda entry, for "Invoke AWS Lambda function" of a flow and as a target of event buses. A flow
 * gets its flat map of texts whatever happens; an event that a service failed on is thrown back,
 * so that Lambda delivers it again.
 */
export async function handler(event: unknown): Promise<Record<string, string>> {
  try {
    return flowAnswer(await dispatch(event));
  } catch (reason) {
    if (isBusEvent(event)) throw reason;
    const name = reason instanceof Error ? reason.message : 'unknown error';
    createLogger('error').error({ error: name }, 'a flow event could not be dispatched');
    return flowAnswer({ status: 'failed', reason: 'callscribe is not set up' });
  }
}

/** Fails each event with what it cannot be built for. */
function createOrFail(): Dispatch {
  try {
    return createFromEnvironment();
  } catch (reason) {
    return () => Promise.reject(reason);
  }
}

function createFromEnvironment(): Dispatch {
  const config = readDispatchConfig(process.env);
  return createDispatch({
    sqs: new SQS(),
    dynamoDb: new DynamoDB(),
    queueUrl: config.queueUrl,
    deadLetterQueueUrl: config.deadLetterQueueUrl,
    callsTable: config.callsTable,
    allowLists: config,
    callOptions: config,
    wakeWorkers: wakerOf(config),
    logger: createLogger(config.logLevel),
  });
}

/** Loaded only where workers may sleep: every cold start would pay for the client. */
function wakerOf({
  workerCluster: cluster,
  workerService: service,
}: DispatchConfig): DispatchParts['wakeWorkers'] {
  if (cluster === undefined || service === undefined) return undefined;
  const loading = Promise.all([import('@aws-sdk/client-ecs'), import('./wake-workers')]).then(
    ([{ ECSClient }, { createWaker }]) => createWaker({ ecs: new ECSClient(), cluster, service }),
  );
  loading.catch(() => undefined);
  return async (signal) => (await loading)(signal);
}

import type { createDispatch as CreateDispatch } from '../../functions/dispatch/dispatch';
import type { DeploymentOptions } from '../../shared/deployment-options';
import { INPUT_DETAIL_TYPES } from '../../shared/events';
import { CALLS_TABLE_NAME } from '../dynamodb/tables';
import type { EventHandler } from '../event-bridge/deliveries';
import { CALLS_DLQ_NAME } from '../sqs/sqs';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../stand-in';

/** Matches what functions/dispatch is deployed for on our own bus. */
export const DISPATCH_PATTERN = { 'detail-type': Object.values(INPUT_DETAIL_TYPES) };

export interface SystemDispatchOptions {
  readonly sqsUrl: string;
  readonly dynamoDbUrl: string;
  readonly queueUrl: string;
  /** What is set for all calls and by rules. */
  readonly callOptions?: DeploymentOptions;
  /** Told of an event that is wrong, in one sentence. */
  onRefusal(sentence: string): void;
}

/** functions/dispatch in this process, against the stand-ins. Its SDK clients load at first use. */
export function createSystemDispatch(options: SystemDispatchOptions): EventHandler {
  let dispatch: Promise<ReturnType<typeof CreateDispatch>> | undefined;
  return async (event) => {
    dispatch ??= load(options);
    const { status, reason } = await (await dispatch)(event);
    // The event is in the dead-letter queue, too.
    if (status === 'refused') options.onRefusal(reason ?? '');
  };
}

async function load(options: SystemDispatchOptions): Promise<ReturnType<typeof CreateDispatch>> {
  const [{ SQS }, { DynamoDB }, { createDispatch }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-dynamodb'),
    import('../../functions/dispatch/dispatch'),
  ]);
  const common = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
  return createDispatch({
    sqs: new SQS({ ...common, endpoint: options.sqsUrl }),
    dynamoDb: new DynamoDB({ ...common, endpoint: options.dynamoDbUrl }),
    queueUrl: options.queueUrl,
    deadLetterQueueUrl: options.queueUrl.replace(/[^/]+$/, CALLS_DLQ_NAME),
    callsTable: CALLS_TABLE_NAME,
    callOptions: options.callOptions,
  });
}

import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { join } from 'node:path';

import { DETAIL_TYPES, EVENT_SOURCE } from '../../../shared/events';

export interface SubscriberStackProps extends StackProps {
  /** Output `EventBusName` of the deployment to listen to, in the same account and region. */
  readonly busName: string;
}

/**
 * Listens to what is said on calls, in the two ways that subscribers mostly want: a function that
 * acts on every segment as it is spoken, and a queue of finished calls for a program that takes
 * its time. Copy the folder and change the function; the deployment itself need not know of it.
 */
export class SubscriberStack extends Stack {
  constructor(scope: Construct, id: string, props: SubscriberStackProps) {
    super(scope, id, { description: 'Example subscriber of callscribe', ...props });
    const bus = EventBus.fromEventBusName(this, 'Bus', props.busName);
    // EventBridge tries for a day; what nobody took until then waits here.
    const deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });

    const onSegment = new NodejsFunction(this, 'OnSegment', {
      entry: join(process.cwd(), 'on-segment.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      logGroup: new LogGroup(this, 'Logs', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    new Rule(this, 'Segments', {
      eventBus: bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [DETAIL_TYPES.segment] },
      targets: [new LambdaFunction(onSegment, { deadLetterQueue: deadLetters })],
    });

    const finished = new Queue(this, 'FinishedCalls', {
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Ends', {
      eventBus: bus,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: [DETAIL_TYPES.completed, DETAIL_TYPES.failed],
      },
      targets: [new SqsQueue(finished, { deadLetterQueue: deadLetters })],
    });
    new CfnOutput(this, 'FinishedCallsUrl', { value: finished.queueUrl });
  }
}

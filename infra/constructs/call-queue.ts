import { Duration } from 'aws-cdk-lib';
import { type IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** The longest that SQS keeps a message: a request outlives any outage that people would bear. */
const RETENTION = Duration.days(14);
/** Every hand-over counts as a receive; poison is judged from the call's log, not from this. */
const MAX_RECEIVES = 1000;
/** Workers ask for their own time with every receive; this is for people who look into it. */
const VISIBILITY = Duration.seconds(30);

export interface CallQueueProps {
  readonly key?: IKey;
}

/** Events that dispatch could do nothing with. The reason is an attribute if dispatch knew one. */
export class DeadEvents extends Queue {
  constructor(scope: Construct, id: string, props: CallQueueProps) {
    super(scope, id, secured(props.key));
  }
}

/** Requests for calls; a call's message stays in it, invisible, for as long as the call lasts. */
export class CallQueue extends Construct {
  readonly calls: Queue;
  /** Requests that no worker could do anything with. `npm run redrive` moves them back. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CallQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', secured(props.key));
    this.calls = new Queue(this, 'Calls', {
      ...secured(props.key),
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }
}

/** What all our queues have in common. */
function secured(key: IKey | undefined): QueueProps {
  return {
    retentionPeriod: RETENTION,
    enforceSSL: true,
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
  };
}

import type { RemovalPolicy } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What a role does with the key through the services that hold our data; never by itself. */
const DATA_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];

/**
 * The customer-managed key of everything that holds transcripts or requests. Kept when the stack
 * goes as long as the tables are, which nobody could read without it.
 */
export class DataKey extends Key {
  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id, {
      description: 'Transcripts and call requests of callscribe',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DeliverToQueuesAndTopics',
        principals: [
          // Dead letters of rules, and alarms.
          new ServicePrincipal('events.amazonaws.com'),
          new ServicePrincipal('cloudwatch.amazonaws.com'),
        ],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  /** Lets a role use the key, but only through the named services of this region. */
  useThrough(services: readonly string[]): PolicyStatement {
    const { region, urlSuffix } = Stack.of(this);
    return new PolicyStatement({
      sid: 'UseDataKey',
      effect: Effect.ALLOW,
      actions: DATA_ACTIONS,
      resources: [this.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': services.map((name) => `${name}.${region}.${urlSuffix}`),
        },
      },
    });
  }
}

import { Duration, Stack } from 'aws-cdk-lib';
import { Archive, EventBus } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  PolicyStatement,
  ServicePrincipal,
  type IRole,
  type PolicyStatementProps,
} from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

import { EVENT_SOURCE } from '../../shared/events';

export interface CallBusProps {
  readonly busName: string;
  readonly archiveDays: number;
  readonly key?: IKey;
}

/** Where transcripts are announced and transcriptions are asked for. */
export class CallBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: CallBusProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: props.busName,
      description: 'Transcripts of phone calls, and requests for them',
      ...(props.key === undefined ? {} : { kmsKey: props.key }),
    });
    new Archive(this, 'Archive', {
      sourceEventBus: this.bus,
      description: 'What callscribe announced, for subscribers that were down longer than a day',
      eventPattern: { source: [EVENT_SOURCE] },
      retention: Duration.days(props.archiveDays),
      // By its ARN: the construct would have the key name the bus, which names the key.
      ...(props.key === undefined
        ? {}
        : { kmsKey: Key.fromKeyArn(this, 'ArchiveKey', props.key.keyArn) }),
    });
    if (props.key !== undefined) letArchive(props.key, props.busName);
  }

  /**
   * Says who may put events: the workers, and the requesters (ARNs of roles or users, or account
   * numbers). Whoever else in this account may put events to any bus is refused on this one, and
   * nobody but a worker can pass an event off as a transcript.
   */
  limitTo(worker: IRole, requesters: readonly string[]): void {
    const accounts = requesters.filter((requester) => /^\d{12}$/.test(requester));
    const principals = requesters.filter((requester) => !accounts.includes(requester));
    const known = [worker.roleArn, ...principals];
    this.#state({
      sid: 'RefuseStrangers',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      conditions: {
        ArnNotLike: { 'aws:PrincipalArn': known },
        ...(accounts.length === 0 ? {} : { StringNotEquals: { 'aws:PrincipalAccount': accounts } }),
      },
    });
    this.#state({
      sid: 'RefuseForgedTranscripts',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      conditions: {
        ArnNotLike: { 'aws:PrincipalArn': [worker.roleArn] },
        'ForAnyValue:StringEquals': { 'events:source': [EVENT_SOURCE] },
      },
    });
    if (requesters.length === 0) return;
    this.#state({
      sid: 'AllowRequesters',
      effect: Effect.ALLOW,
      principals: [
        ...principals.map((arn) => new ArnPrincipal(arn)),
        ...accounts.map((account) => new AccountPrincipal(account)),
      ],
    });
  }

  #state(statement: PolicyStatementProps): void {
    this.bus.addToResourcePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        ...statement,
      }),
    );
  }
}

/** What the archive does with the key: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-archives.html */
function letArchive(key: IKey, busName: string): void {
  const busArn = Stack.of(key).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: busName,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'ArchiveEvents',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      resources: ['*'],
      conditions: { StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': busArn } },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'DescribeForEvents',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:DescribeKey'],
      resources: ['*'],
    }),
  );
}

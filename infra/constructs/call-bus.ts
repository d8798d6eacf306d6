import { Duration } from 'aws-cdk-lib';
import { Archive, EventBus } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  PolicyStatement,
  type IRole,
  type PolicyStatementProps,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
      ...(props.key === undefined ? {} : { kmsKey: props.key }),
    });
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

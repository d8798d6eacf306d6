import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * Who may do what. Written by hand rather than with grants, which give more than the code uses;
 * test/infra/policy.test.ts holds it against the calls that the code makes.
 */
export interface WorkerResources {
  readonly calls: IQueue;
  readonly deadLetters: IQueue;
  readonly callLogTable: ITable;
  readonly callsTable: ITable;
  readonly bus: IEventBus;
  readonly streamPrefixes: readonly string[];
  readonly streamKeyArns: readonly string[];
  /** Roles with which Call Analytics stores what it finds after a call. */
  readonly postCallRoleArns: readonly string[];
}

export function workerStatements(scope: Construct, on: WorkerResources): PolicyStatement[] {
  const stack = Stack.of(scope);
  const streams = on.streamPrefixes.map((prefix) =>
    // The part after the name is the stream's creation time.
    stack.formatArn({
      service: 'kinesisvideo',
      resource: 'stream',
      resourceName: `${prefix}*/*`,
    }),
  );
  return [
    allow(
      'HoldCalls',
      ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:SendMessage'],
      [on.calls.queueArn],
    ),
    allow('ParkRequests', ['sqs:SendMessage'], [on.deadLetters.queueArn]),
    allow(
      'KeepLogs',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      [on.callLogTable.tableArn],
    ),
    allow('ListCalls', ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [on.callsTable.tableArn]),
    allow('Announce', ['events:PutEvents'], [on.bus.eventBusArn]),
    allow('HearStreams', ['kinesisvideo:GetDataEndpoint', 'kinesisvideo:GetMedia'], streams),
    ...(on.streamKeyArns.length === 0
      ? []
      : [
          allow('DecryptStreams', ['kms:Decrypt'], on.streamKeyArns, {
            StringEquals: {
              'kms:ViaService': `kinesisvideo.${stack.region}.${stack.urlSuffix}`,
            },
          }),
        ]),
    // The service authorization reference names no resource for these actions.
    allow(
      'Transcribe',
      ['transcribe:StartStreamTranscription', 'transcribe:StartCallAnalyticsStreamTranscription'],
      ['*'],
    ),
    ...(on.postCallRoleArns.length === 0
      ? []
      : [
          allow('StoreAnalyses', ['iam:PassRole'], on.postCallRoleArns, {
            StringEquals: { 'iam:PassedToService': `transcribe.${stack.urlSuffix}` },
          }),
        ]),
  ];
}

export interface DispatchResources {
  readonly calls: IQueue;
  readonly deadLetters: IQueue;
  readonly callsTable: ITable;
  /** The service to wake when no worker has to run. */
  readonly sleepingService?: { readonly serviceArn: string };
}

export function dispatchStatements(on: DispatchResources): PolicyStatement[] {
  return [
    allow('RequestCalls', ['sqs:SendMessage'], [on.calls.queueArn]),
    allow('ParkEvents', ['sqs:SendMessage'], [on.deadLetters.queueArn]),
    allow('NoteCalls', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [on.callsTable.tableArn]),
    ...(on.sleepingService === undefined
      ? []
      : [
          allow(
            'WakeWorkers',
            ['ecs:DescribeServices', 'ecs:UpdateService'],
            [on.sleepingService.serviceArn],
          ),
        ]),
  ];
}

export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, unknown>>,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });
}

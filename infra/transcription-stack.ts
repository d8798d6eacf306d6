import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

import { dispatchStatements, workerStatements } from './access';
import { acknowledgeFindings } from './acknowledgements';
import { Alarms } from './constructs/alarms';
import { CallBus } from './constructs/call-bus';
import { CallDashboard } from './constructs/call-dashboard';
import { CallQueue, DeadEvents } from './constructs/call-queue';
import { CallTables } from './constructs/call-tables';
import { DataKey } from './constructs/data-key';
import { DispatchFunction } from './constructs/dispatch-function';
import { EventSchemas, type RegisteredSchema } from './constructs/event-schemas';
import { Network, type NetworkChoice } from './constructs/network';
import { WorkerService } from './constructs/worker-service';
import { workerMetrics } from './metrics';
import { dispatchEnvironment } from './dispatch-environment';
import type { StackOptions } from './options';
import { workerEnvironment } from './worker-environment';

export interface TranscriptionStackProps extends StackProps {
  readonly options: StackOptions;
  /** Folder with the worker's Dockerfile and bundle. */
  readonly workerImageFolder: string;
  /** Folder with the bundled dispatch handler. */
  readonly dispatchFolder: string;
  readonly schemas: readonly RegisteredSchema[];
}

/** Everything of one deployment; it only puts together what the constructs make. */
export class TranscriptionStack extends Stack {
  constructor(scope: Construct, id: string, props: TranscriptionStackProps) {
    super(scope, id, { description: 'callscribe: live transcription of phone calls', ...props });
    const { options } = props;
    const name = `callscribe-${options.stage}`;
    const namespace = `callscribe/${options.stage}`;
    const logRetention: RetentionDays = options.logRetentionDays;
    const removalPolicy = options.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const dataKey = options.customerManagedKey
      ? new DataKey(this, 'DataKey', { removalPolicy })
      : undefined;
    const key = dataKey === undefined ? {} : { key: dataKey };
    const queue = new CallQueue(this, 'Queue', key);
    const tables = new CallTables(this, 'Tables', { removalPolicy, ...key });
    const events = new CallBus(this, 'Events', {
      busName: name,
      archiveDays: options.archiveDays,
      ...key,
    });
    new EventSchemas(this, 'Schemas', { registryName: name, schemas: props.schemas });

    const network = new Network(this, 'Network', {
      choice: networkChoice(options),
      interfaceEndpoints: options.vpcEndpoints,
      logRetention,
    });
    const worker = new WorkerService(this, 'Worker', {
      network,
      imageFolder: props.workerImageFolder,
      cpu: options.taskCpu,
      memoryMiB: options.taskMemoryMiB,
      environment: workerEnvironment(
        {
          callsQueueUrl: queue.calls.queueUrl,
          deadLetterQueueUrl: queue.deadLetters.queueUrl,
          callsTable: tables.calls.tableName,
          callLogTable: tables.callLog.tableName,
          busName: events.bus.eventBusName,
        },
        namespace,
        options,
      ),
      statements: [
        ...workerStatements(this, {
          calls: queue.calls,
          deadLetters: queue.deadLetters,
          callLogTable: tables.callLog,
          callsTable: tables.calls,
          bus: events.bus,
          streamPrefixes: options.streamPrefixes,
          streamKeyArns: options.streamKeyArns,
        }),
        ...(dataKey === undefined ? [] : [dataKey.useThrough(['sqs', 'dynamodb', 'events'])]),
      ],
      logRetention,
      scaling: { ...options, queue: queue.calls },
    });
    events.limitTo(worker.role, options.requesters);

    const deadEvents = new DeadEvents(this, 'DeadEvents', key);
    const { service } = worker;
    const sleeps = options.minTasks === 0;
    const dispatch = new DispatchFunction(this, 'Dispatch', {
      codeFolder: props.dispatchFolder,
      environment: dispatchEnvironment(
        {
          callsQueueUrl: queue.calls.queueUrl,
          deadLetterQueueUrl: deadEvents.queueUrl,
          callsTable: tables.calls.tableName,
        },
        options,
        sleeps ? { cluster: worker.cluster.clusterName, name: service.serviceName } : undefined,
      ),
      statements: [
        ...dispatchStatements({
          calls: queue.calls,
          deadLetters: deadEvents,
          callsTable: tables.calls,
          ...(sleeps ? { sleepingService: service } : {}),
        }),
        ...(dataKey === undefined ? [] : [dataKey.useThrough(['sqs', 'dynamodb'])]),
      ],
      deadLetters: deadEvents,
      bus: events.bus,
      connectInstanceArns: options.connectInstanceArns,
      chime: options.chime,
      logRetention,
    });

    const metrics = workerMetrics(namespace);
    const alarms = new Alarms(this, 'Alarms', {
      calls: queue.calls,
      deadLetters: [
        { name: 'Calls', queue: queue.deadLetters },
        { name: 'Dispatch', queue: deadEvents },
      ],
      dispatch: dispatch.fn,
      worker: metrics,
      sessionQuota: options.sessionQuota,
      alwaysRunning: options.minTasks > 0,
      email: options.alarmEmail,
      ...key,
    });
    new CallDashboard(this, 'Dashboard', {
      dashboardName: name,
      alarms: alarms.alarms,
      calls: queue.calls,
      callsMetric: worker.callsMetric,
      worker: metrics,
      sessionQuota: options.sessionQuota,
    });

    this.#outputs({
      CallsQueueUrl: queue.calls.queueUrl,
      DeadLetterQueueUrl: queue.deadLetters.queueUrl,
      DispatchDeadLetterQueueUrl: deadEvents.queueUrl,
      CallsTable: tables.calls.tableName,
      CallLogTable: tables.callLog.tableName,
      EventBusName: events.bus.eventBusName,
      DispatchFunctionArn: dispatch.fn.functionArn,
      WorkerLogGroup: worker.logGroup.logGroupName,
      AlarmTopicArn: alarms.topic.topicArn,
    });
    acknowledgeFindings({ worker, streamPrefixes: options.streamPrefixes });
  }

  #outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

function networkChoice(options: StackOptions): NetworkChoice {
  const { vpcId, subnetIds, routeTableIds, publicIp } = options;
  if (vpcId === '') return { type: 'new' };
  return { type: 'existing', vpcId, subnetIds, routeTableIds, publicIp };
}

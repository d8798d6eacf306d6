import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
  readonly #options: StackOptions;
  /** Bus, registry and dashboard are called so; other names are made up by CloudFormation. */
  readonly #name: string;
  readonly #logRetention: RetentionDays;
  readonly #dataKey: DataKey | undefined;
  readonly #queue: CallQueue;
  readonly #deadEvents: DeadEvents;
  readonly #tables: CallTables;
  readonly #events: CallBus;

  constructor(scope: Construct, id: string, props: TranscriptionStackProps) {
    super(scope, id, { description: 'callscribe: live transcription of phone calls', ...props });
    const { options } = props;
    this.#options = options;
    this.#name = `callscribe-${options.stage}`;
    this.#logRetention = options.logRetentionDays;
    const removalPolicy = options.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    if (options.customerManagedKey) this.#dataKey = new DataKey(this, 'DataKey', { removalPolicy });
    this.#queue = new CallQueue(this, 'Queue', this.#key);
    this.#deadEvents = new DeadEvents(this, 'DeadEvents', this.#key);
    this.#tables = new CallTables(this, 'Tables', { removalPolicy, ...this.#key });
    const { archiveDays, requesters } = options;
    this.#events = new CallBus(this, 'Events', { busName: this.#name, archiveDays, ...this.#key });
    new EventSchemas(this, 'Schemas', { registryName: this.#name, schemas: props.schemas });

    const worker = this.#worker(props.workerImageFolder);
    this.#events.limitTo(worker.role, requesters);
    const dispatch = this.#dispatch(props.dispatchFolder, worker);
    const alarms = this.#watch(worker, dispatch);
    this.#outputs(worker, dispatch, alarms);
    acknowledgeFindings({ worker, streamPrefixes: options.streamPrefixes });
  }

  get #key(): { readonly key?: DataKey } {
    return this.#dataKey === undefined ? {} : { key: this.#dataKey };
  }

  get #metricsNamespace(): string {
    return `callscribe/${this.#options.stage}`;
  }

  #worker(imageFolder: string): WorkerService {
    const options = this.#options;
    const { calls, deadLetters } = this.#queue;
    const { calls: callsTable, callLog: callLogTable } = this.#tables;
    const { bus } = this.#events;
    const network = new Network(this, 'Network', {
      choice: networkChoice(options),
      interfaceEndpoints: options.vpcEndpoints,
      logRetention: this.#logRetention,
    });
    const { streamPrefixes, streamKeyArns } = options;
    return new WorkerService(this, 'Worker', {
      network,
      imageFolder,
      cpu: options.taskCpu,
      memoryMiB: options.taskMemoryMiB,
      environment: workerEnvironment(
        {
          callsQueueUrl: calls.queueUrl,
          deadLetterQueueUrl: deadLetters.queueUrl,
          callsTable: callsTable.tableName,
          callLogTable: callLogTable.tableName,
          busName: bus.eventBusName,
        },
        this.#metricsNamespace,
        options,
      ),
      statements: [
        ...workerStatements(this, {
          calls,
          deadLetters,
          callLogTable,
          callsTable,
          bus,
          streamPrefixes,
          streamKeyArns,
          postCallRoleArns: postCallRoles(options),
        }),
        ...this.#keyUse('sqs', 'dynamodb', 'events'),
      ],
      logRetention: this.#logRetention,
      scaling: { ...options, queue: calls },
    });
  }

  #dispatch(codeFolder: string, { service, cluster }: WorkerService): DispatchFunction {
    const options = this.#options;
    const { calls } = this.#queue;
    const { calls: callsTable } = this.#tables;
    const deadEvents = this.#deadEvents;
    const sleeping = options.minTasks === 0 ? { sleepingService: service } : {};
    return new DispatchFunction(this, 'Dispatch', {
      codeFolder,
      environment: dispatchEnvironment(
        {
          callsQueueUrl: calls.queueUrl,
          deadLetterQueueUrl: deadEvents.queueUrl,
          callsTable: callsTable.tableName,
        },
        options,
        options.minTasks === 0
          ? { cluster: cluster.clusterName, name: service.serviceName }
          : undefined,
      ),
      statements: [
        ...dispatchStatements({ calls, deadLetters: deadEvents, callsTable, ...sleeping }),
        ...this.#keyUse('sqs', 'dynamodb'),
      ],
      deadLetters: deadEvents,
      bus: this.#events.bus,
      connectInstanceArns: options.connectInstanceArns,
      chime: options.chime,
      logRetention: this.#logRetention,
    });
  }

  #watch(worker: WorkerService, dispatch: DispatchFunction): Alarms {
    const { sessionQuota, minTasks, alarmEmail } = this.#options;
    const { calls, deadLetters } = this.#queue;
    const metrics = workerMetrics(this.#metricsNamespace);
    const alarms = new Alarms(this, 'Alarms', {
      calls,
      deadLetters: [
        { name: 'Calls', queue: deadLetters },
        { name: 'Dispatch', queue: this.#deadEvents },
      ],
      dispatch: dispatch.fn,
      worker: metrics,
      sessionQuota,
      alwaysRunning: minTasks > 0,
      email: alarmEmail,
      ...this.#key,
    });
    new CallDashboard(this, 'Dashboard', {
      dashboardName: this.#name,
      alarms: alarms.alarms,
      calls,
      callsMetric: worker.callsMetric,
      worker: metrics,
      sessionQuota,
    });
    return alarms;
  }

  #keyUse(...services: readonly string[]): PolicyStatement[] {
    return this.#dataKey === undefined ? [] : [this.#dataKey.useThrough(services)];
  }

  #outputs(worker: WorkerService, dispatch: DispatchFunction, alarms: Alarms): void {
    const values = {
      CallsQueueUrl: this.#queue.calls.queueUrl,
      DeadLetterQueueUrl: this.#queue.deadLetters.queueUrl,
      DeadEventQueueUrl: this.#deadEvents.queueUrl,
      CallsTable: this.#tables.calls.tableName,
      CallLogTable: this.#tables.callLog.tableName,
      EventBusName: this.#events.bus.eventBusName,
      DispatchFunctionArn: dispatch.fn.functionArn,
      WorkerLogGroup: worker.logGroup.logGroupName,
      AlarmTopicArn: alarms.topic.topicArn,
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

function networkChoice(options: StackOptions): NetworkChoice {
  const { vpcId, subnetIds, routeTableIds, publicIp } = options;
  if (vpcId === '') return { type: 'new' };
  return { type: 'existing', vpcId, subnetIds, routeTableIds, publicIp };
}

/** Roles that the deployment's options name; a role that a call names itself is not let through. */
function postCallRoles({ transcribeOptions, transcribeRules }: StackOptions): string[] {
  const all = [transcribeOptions, ...transcribeRules.map((rule) => rule.options)];
  const arns = all.map((each) => each.callAnalytics?.postCall?.dataAccessRoleArn);
  return [...new Set(arns.filter((arn) => arn !== undefined))];
}

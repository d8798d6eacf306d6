import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import { MathExpression, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
  UlimitName,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { capacitySteps } from '../capacity-steps';
import type { WorkerEnvironment } from '../worker-environment';
import type { Network } from './network';

/** The longest that Fargate grants. Handing calls over takes seconds of it. */
const STOP_TIMEOUT = Duration.seconds(120);
/** The `node` user of the image; a number, so that ECS can tell it is not root. */
const USER = '1000:1000';
/** Every live call holds two or three sockets. */
const OPEN_FILES = 65_536;
/** After a change of the number of tasks it is not lowered for so long; it is raised at once. */
const SCALE_IN_PAUSE = Duration.minutes(5);

export interface WorkerServiceProps {
  readonly network: Network;
  /** Folder with the Dockerfile and the bundled worker. */
  readonly imageFolder: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly environment: WorkerEnvironment;
  readonly statements: readonly PolicyStatement[];
  readonly logRetention: RetentionDays;
  readonly scaling: {
    readonly minTasks: number;
    readonly maxTasks: number;
    readonly callsPerTask: number;
    readonly targetUtilisationPercent: number;
    readonly queue: IQueue;
  };
}

/** The workers: as many tasks as the calls in the queue need, none of which may be disturbed. */
export class WorkerService extends Construct {
  readonly role: Role;
  readonly cluster: Cluster;
  readonly service: FargateService;
  readonly logGroup: LogGroup;
  /** Calls that wait or are being transcribed, as SQS counts them. */
  readonly callsMetric: IMetric;

  constructor(scope: Construct, id: string, props: WorkerServiceProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: 'callscribe workers',
      inlinePolicies: { Worker: new PolicyDocument({ statements: [...props.statements] }) },
    });
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: props.network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    this.service = this.#service(this.#task(props), props.network);
    this.callsMetric = callsIn(props.scaling.queue);
    this.#scale(props.scaling);
  }

  #task(props: WorkerServiceProps): FargateTaskDefinition {
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: props.cpu,
      memoryLimitMiB: props.memoryMiB,
      taskRole: this.role,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    const container = task.addContainer('Worker', {
      image: ContainerImage.fromAsset(props.imageFolder, { platform: Platform.LINUX_ARM64 }),
      environment: { ...props.environment },
      logging: LogDriver.awsLogs({ logGroup: this.logGroup, streamPrefix: 'worker' }),
      readonlyRootFilesystem: true,
      user: USER,
      stopTimeout: STOP_TIMEOUT,
      linuxParameters: new LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
    });
    container.addUlimits({ name: UlimitName.NOFILE, softLimit: OPEN_FILES, hardLimit: OPEN_FILES });
    return task;
  }

  #service(taskDefinition: FargateTaskDefinition, network: Network): FargateService {
    return new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition,
      assignPublicIp: network.publicIp,
      vpcSubnets: { subnets: [...network.subnets] },
      securityGroups: [network.securityGroup],
      // New tasks run before old ones hand their calls over.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
    });
  }

  #scale(scaling: WorkerServiceProps['scaling']): void {
    const { minTasks, maxTasks, callsPerTask, targetUtilisationPercent } = scaling;
    const tasks = this.service.autoScaleTaskCount({
      minCapacity: minTasks,
      maxCapacity: maxTasks,
    });
    const steps = capacitySteps({
      minTasks,
      maxTasks,
      callsPerTask: (callsPerTask * targetUtilisationPercent) / 100,
    });
    // With a single possible count there is nothing to scale.
    if (steps.length < 2) return;
    tasks.scaleOnMetric('Calls', {
      metric: this.callsMetric,
      scalingSteps: steps,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      cooldown: SCALE_IN_PAUSE,
      evaluationPeriods: 1,
    });
  }
}

/** A live call's message is in flight all the time, so both together are the demand. */
function callsIn(queue: IQueue): IMetric {
  const options = { period: Duration.minutes(1), statistic: 'Maximum' };
  return new MathExpression({
    label: 'Calls',
    expression: 'waiting + held',
    period: Duration.minutes(1),
    usingMetrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible(options),
      held: queue.metricApproximateNumberOfMessagesNotVisible(options),
    },
  });
}

import { Stack } from 'aws-cdk-lib';
import {
  CfnVPCEndpoint,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Two, because one zone may fail; more would only cost. */
const ZONES = 2;
const HTTPS = Port.tcp(443);

/**
 * Services that the worker calls and that have an interface endpoint. Kinesis Video Streams is
 * not among them: its audio always takes the way to the internet that the subnet has.
 */
const INTERFACE_SERVICES = {
  Sqs: InterfaceVpcEndpointAwsService.SQS,
  Events: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
  Transcribe: InterfaceVpcEndpointAwsService.TRANSCRIBE_STREAMING,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
} as const;

/** Free of charge, and image layers and the log need them. */
const GATEWAY_SERVICES = {
  DynamoDb: GatewayVpcEndpointAwsService.DYNAMODB,
  S3: GatewayVpcEndpointAwsService.S3,
} as const;

export type NetworkChoice =
  | { readonly type: 'new' }
  | {
      readonly type: 'existing';
      readonly vpcId: string;
      readonly subnetIds: readonly string[];
      /** Gateway endpoints are added to these when interface endpoints are wanted. */
      readonly routeTableIds: readonly string[];
      readonly publicIp: boolean;
    };

export interface NetworkProps {
  readonly choice: NetworkChoice;
  readonly interfaceEndpoints: boolean;
  readonly logRetention: RetentionDays;
}

/** Where the tasks run: they call out, and nobody calls in. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly publicIp: boolean;
  /** Of the tasks; has no rule that lets anything in. */
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { choice } = props;
    if (choice.type === 'new') {
      const vpc = this.#newVpc(props.logRetention);
      this.vpc = vpc;
      this.subnets = vpc.publicSubnets;
      this.publicIp = true;
      for (const [name, service] of Object.entries(GATEWAY_SERVICES)) {
        vpc.addGatewayEndpoint(name, { service });
      }
    } else {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId: choice.vpcId,
        // Required by the type; the subnets below know their own zones.
        availabilityZones: Stack.of(this).availabilityZones.slice(0, 1),
      });
      this.subnets = choice.subnetIds.map((subnetId) =>
        Subnet.fromSubnetId(this, subnetId, subnetId),
      );
      this.publicIp = choice.publicIp;
      if (props.interfaceEndpoints) this.#gatewayEndpoints(choice);
    }
    this.securityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: this.vpc,
      description: 'callscribe workers: nothing in, anything out',
    });
    if (props.interfaceEndpoints) this.#interfaceEndpoints();
  }

  /** Public subnets and no NAT gateway: audio in and out would pay it by the gigabyte. */
  #newVpc(retention: RetentionDays): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: ZONES,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Tasks', subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
      ],
      // Nothing uses the default group; emptying it would take a function of its own.
      restrictDefaultSecurityGroup: false,
    });
    vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', { retention, removalPolicy: RemovalPolicy.DESTROY }),
      ),
    });
    return vpc;
  }

  #gatewayEndpoints(choice: Extract<NetworkChoice, { type: 'existing' }>): void {
    if (choice.routeTableIds.length === 0) return;
    for (const [name, service] of Object.entries(GATEWAY_SERVICES)) {
      new CfnVPCEndpoint(this, name, {
        vpcEndpointType: 'Gateway',
        vpcId: choice.vpcId,
        serviceName: service.name,
        routeTableIds: [...choice.routeTableIds],
      });
    }
  }

  #interfaceEndpoints(): void {
    const { vpc } = this;
    const securityGroup = new SecurityGroup(this, 'Endpoints', {
      vpc,
      description: 'Endpoints of AWS services: HTTPS from callscribe workers',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(this.securityGroup, HTTPS, 'HTTPS from the workers');
    for (const [name, service] of Object.entries(INTERFACE_SERVICES)) {
      new InterfaceVpcEndpoint(this, name, {
        vpc,
        service,
        subnets: { subnets: [...this.subnets] },
        securityGroups: [securityGroup],
        open: false,
      });
    }
  }
}

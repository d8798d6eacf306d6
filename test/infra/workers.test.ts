import { Match } from 'aws-cdk-lib/assertions';

import { synthesize } from '../support/synthesized-stack';

describe('the network', () => {
  it('is a new VPC with public subnets and no NAT gateway', () => {
    const { template } = synthesize();

    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
    });
  });

  it('is an existing VPC when one is named, with no public address unless asked for', () => {
    const { template } = synthesize({
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: 'subnet-0123456789abcdef0',
    });

    template.resourceCountIs('AWS::EC2::VPC', 0);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: ['subnet-0123456789abcdef0'],
        },
      },
    });
  });

  it('reaches services through endpoints when that is chosen', () => {
    const { resources } = synthesize({
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: 'subnet-0123456789abcdef0',
      routeTableIds: 'rtb-0123456789abcdef0',
      vpcEndpoints: true,
    });

    const endpoints = JSON.stringify(resources('AWS::EC2::VPCEndpoint'));
    for (const service of ['sqs', 'events', 'transcribestreaming', 'logs', 'ecr.api', 'ecr.dkr']) {
      expect(endpoints).toContain(`.${service}"`);
    }
    expect(endpoints.match(/"Gateway"/g)).toHaveLength(2);
  });
});

describe('the workers', () => {
  it('run in a container that can change nothing and is no root', () => {
    const { template } = synthesize();

    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '1024',
      Memory: '2048',
      ContainerDefinitions: [
        Match.objectLike({
          ReadonlyRootFilesystem: true,
          User: '1000:1000',
          StopTimeout: 120,
          LinuxParameters: Match.objectLike({ InitProcessEnabled: true }),
        }),
      ],
    });
  });

  it('are watched, and rolled back when they do not start', () => {
    const { template } = synthesize();

    template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }],
    });
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: Match.objectLike({
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
      }),
      DesiredCount: Match.absent(),
    });
  });

  it('are scaled to an exact number by the calls that wait and the calls that are held', () => {
    const { template } = synthesize({ minTasks: 0, maxTasks: 5, callsPerTask: 100 });

    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 0,
      MaxCapacity: 5,
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      StepScalingPolicyConfiguration: Match.objectLike({ AdjustmentType: 'ExactCapacity' }),
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([Match.objectLike({ Expression: 'waiting + held' })]),
    });
  });

  it('read streams whose names begin as chosen, and decrypt them with the named keys', () => {
    const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab';
    const { resources } = synthesize({ streamPrefixes: 'acme-connect', streamKeyArns: keyArn });

    const role = JSON.stringify(resources('AWS::IAM::Role'));
    expect(role).toContain(':stream/acme-connect*/*');
    expect(role).not.toContain(':stream/callscribe');
    expect(role).toContain(keyArn);
  });
});

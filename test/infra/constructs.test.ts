import { Match } from 'aws-cdk-lib/assertions';

import { METRICS } from '../../shared/metric-names';
import { CALL_LOG, CALLS } from '../../shared/tables';
import { synthesize } from '../support/synthesized-stack';

const INSTANCE_ARN =
  'arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555';

describe('the calls queue', () => {
  it('gives a request a thousand tries before it is a dead letter', () => {
    const { template } = synthesize();

    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: { maxReceiveCount: 1000, deadLetterTargetArn: Match.anyValue() },
    });
  });
});

describe('the tables', () => {
  it('have the keys and the index that the code works with', () => {
    const { template } = synthesize();

    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: CALL_LOG.partitionKey, KeyType: 'HASH' },
        { AttributeName: CALL_LOG.sortKey, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: CALL_LOG.sortKey, AttributeType: 'N' },
      ]),
    });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: CALLS.partitionKey, KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: CALLS.dayIndex.name,
          KeySchema: [
            { AttributeName: CALLS.dayIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: CALLS.dayIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });
});

describe('the bus', () => {
  const denied = (sid: string, condition: object) => ({
    Statement: Match.objectLike({
      Sid: Match.stringLikeRegexp(sid),
      Effect: 'Deny',
      Action: 'events:PutEvents',
      Condition: Match.objectLike(condition),
    }),
  });

  it('takes events from the workers and the requesters only', () => {
    const { template } = synthesize({
      requesters: ['444455556666', 'arn:aws:iam::111122223333:role/crm'],
    });

    template.hasResourceProperties(
      'AWS::Events::EventBusPolicy',
      denied('RefuseStrangers', {
        ArnNotLike: {
          'aws:PrincipalArn': [Match.anyValue(), 'arn:aws:iam::111122223333:role/crm'],
        },
        StringNotEquals: { 'aws:PrincipalAccount': ['444455556666'] },
      }),
    );
    template.hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: Match.objectLike({ Effect: 'Allow', Action: 'events:PutEvents' }),
    });
  });

  it('opens itself to nobody when there are no requesters', () => {
    const { resources } = synthesize();

    const policies = JSON.stringify(resources('AWS::Events::EventBusPolicy'));
    expect(policies).toContain('"Deny"');
    expect(policies).not.toContain('"Allow"');
  });

  it('lets no requester pass an event off as a transcript', () => {
    const { template } = synthesize({ requesters: '444455556666' });

    template.hasResourceProperties(
      'AWS::Events::EventBusPolicy',
      denied('RefuseForgedTranscripts', {
        'ForAnyValue:StringEquals': { 'events:source': ['callscribe'] },
      }),
    );
  });

  it('keeps what was announced in an archive', () => {
    const { template } = synthesize({ archiveDays: 9 });

    template.hasResourceProperties('AWS::Events::Archive', {
      EventPattern: { source: ['callscribe'] },
      RetentionDays: 9,
    });
  });

  it('has a schema for every message, none too large for the registry', () => {
    const { resources } = synthesize();

    const schemas = Object.values(resources('AWS::EventSchemas::Schema'));
    expect(schemas.length).toBeGreaterThanOrEqual(9);
    for (const { Properties = {} } of schemas) {
      expect(Properties.Type).toBe('JSONSchemaDraft4');
      const content = String(Properties.Content);
      expect(JSON.parse(content)).toMatchObject({
        $schema: 'http://json-schema.org/draft-04/schema#',
      });
      expect(content.length).toBeLessThan(100_000);
    }
  });
});

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

describe('dispatch', () => {
  it('listens to requests on our bus and to Chime, and its failures are kept', () => {
    const { template } = synthesize();

    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { 'detail-type': ['Transcription Requested', 'Transcription Stop Requested'] },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ source: ['aws.chime'] }),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      DeadLetterConfig: { TargetArn: Match.anyValue() },
    });
  });

  it('is offered to the flows of the named Connect instances, and to no others', () => {
    const { template } = synthesize({ connectInstanceArns: INSTANCE_ARN });

    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'connect.amazonaws.com',
      SourceArn: INSTANCE_ARN,
    });
    template.hasResourceProperties('AWS::Connect::IntegrationAssociation', {
      InstanceId: INSTANCE_ARN,
      IntegrationType: 'LAMBDA_FUNCTION',
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ source: ['aws.connect'] }),
    });
  });

  it('does not listen to what is not used', () => {
    const { resources } = synthesize({ chime: false });

    const rules = JSON.stringify(resources('AWS::Events::Rule'));
    expect(rules).not.toContain('aws.chime');
    expect(rules).not.toContain('aws.connect');
  });
});

describe('the alarms', () => {
  it('watch every metric that tells of calls not heard, and come by mail if asked', () => {
    const { resources, template } = synthesize({ alarmEmail: 'calls@example.com' });

    const alarms = JSON.stringify(resources('AWS::CloudWatch::Alarm'));
    for (const key of [
      'behindLiveMs',
      'gapSeconds',
      'failedCalls',
      'publishBacklog',
      'eventLoopLagMs',
      'activeSessions',
      'refusedSessions',
    ] as const) {
      expect(alarms).toContain(`"${METRICS[key].name}"`);
    }
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'calls@example.com' });
  });

  it('notice that no worker says anything, unless none has to run', () => {
    const silence = { TreatMissingData: 'breaching' };

    synthesize().template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', silence, 1);
    synthesize({ minTasks: 0 }).template.resourcePropertiesCountIs(
      'AWS::CloudWatch::Alarm',
      silence,
      0,
    );
  });
});

describe('the outputs', () => {
  it('name everything that a client or a person needs', () => {
    const { template } = synthesize();

    expect(Object.keys(template.findOutputs('*')).sort()).toEqual(
      expect.arrayContaining([
        'CallLogTable',
        'CallsQueueUrl',
        'CallsTable',
        'DispatchFunctionArn',
        'EventBusName',
      ]),
    );
  });
});

describe('a customer-managed key', () => {
  const encrypted = synthesize({ customerManagedKey: true });

  it.each([
    ['AWS::SQS::Queue', 'KmsMasterKeyId'],
    ['AWS::Events::EventBus', 'KmsKeyIdentifier'],
    ['AWS::Events::Archive', 'KmsKeyIdentifier'],
    ['AWS::SNS::Topic', 'KmsMasterKeyId'],
  ])('protects every %s', (type, property) => {
    for (const { Properties = {} } of Object.values(encrypted.resources(type))) {
      expect(JSON.stringify(Properties[property])).toContain('DataKey');
    }
  });

  it('protects the tables', () => {
    for (const { Properties } of Object.values(encrypted.resources('AWS::DynamoDB::Table'))) {
      expect(Properties?.SSESpecification).toMatchObject({ SSEType: 'KMS' });
    }
  });

  it('is turned every year', () => {
    encrypted.template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });
});

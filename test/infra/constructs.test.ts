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

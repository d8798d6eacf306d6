import {
  DEPLOYMENTS,
  synthesize,
  referredTo,
  type SynthesizedStack,
} from '../support/synthesized-stack';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** Statements of the policies that are attached to roles, inline or not. */
function roleStatements({ resources }: SynthesizedStack): [string, Statement][] {
  const documents = Object.entries(resources()).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type === 'AWS::IAM::Policy') return [[id, Properties.PolicyDocument] as const];
    if (Type !== 'AWS::IAM::Role') return [];
    const inline = (Properties.Policies ?? []) as readonly { PolicyDocument: unknown }[];
    return inline.map((policy) => [id, policy.PolicyDocument] as const);
  });
  return documents.flatMap(([id, document]) =>
    (document as { Statement: Statement[] }).Statement.map((each): [string, Statement] => [
      id,
      each,
    ]),
  );
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe.each(DEPLOYMENTS)('a deployment %s', (_name, options) => {
  const deployed = synthesize(options);
  const properties = (type: string) =>
    Object.entries(deployed.resources(type)).map(
      ([id, resource]) => [id, resource.Properties ?? {}] as const,
    );

  it('gives every queue a dead-letter queue, but those that are one', () => {
    const queues = properties('AWS::SQS::Queue');
    const users = [...queues.map(([, each]) => each), ...Object.values(deployed.resources())];
    const isDeadLetterQueue = (id: string) =>
      users.some((user) =>
        JSON.stringify(user).match(new RegExp(`(deadLetterTargetArn|DeadLetterConfig)[^}]*${id}`)),
      );

    const without = queues.filter(
      ([id, { RedrivePolicy }]) => RedrivePolicy === undefined && !isDeadLetterQueue(id),
    );
    expect(queues.length).toBeGreaterThanOrEqual(3);
    expect(without).toEqual([]);
  });

  it('keeps every message for 14 days, encrypted, and takes it over TLS only', () => {
    const queues = properties('AWS::SQS::Queue');
    const secured = properties('AWS::SQS::QueuePolicy').map(([, each]) => JSON.stringify(each));
    for (const [id, queue] of queues) {
      expect(queue.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(queue.SqsManagedSseEnabled ?? queue.KmsMasterKeyId).toBeTruthy();
      expect(
        secured.some((text) => text.includes(id) && text.includes('aws:SecureTransport')),
      ).toBe(true);
    }
  });

  it('encrypts every table, lets its items expire and can restore it', () => {
    const tables = properties('AWS::DynamoDB::Table');
    expect(tables).toHaveLength(2);
    for (const [, table] of tables) {
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      });
    }
  });

  it('lets nothing in from the internet', () => {
    for (const [, group] of properties('AWS::EC2::SecurityGroup')) {
      expect(group.SecurityGroupIngress).toBeUndefined();
    }
    for (const [, rule] of properties('AWS::EC2::SecurityGroupIngress')) {
      expect(rule.CidrIp).toBeUndefined();
      expect(rule.CidrIpv6).toBeUndefined();
      expect(referredTo(rule.SourceSecurityGroupId)).toMatch(/^NetworkTasks/);
    }
    expect(properties('AWS::EC2::NatGateway')).toEqual([]);
  });

  it('grants no wildcard action, and resources without one wherever AWS names any', () => {
    const unnamed = roleStatements(deployed).flatMap(([, { Action, Resource }]) =>
      listOf(Resource).includes('*') ? listOf(Action) : [],
    );
    const actions = roleStatements(deployed).flatMap(([, { Action }]) => listOf(Action));

    expect(actions.filter((action) => String(action).includes('*'))).toEqual([]);
    expect([...new Set(unnamed)].sort()).toEqual([
      'ecr:GetAuthorizationToken',
      'transcribe:StartCallAnalyticsStreamTranscription',
      'transcribe:StartStreamTranscription',
    ]);
  });

  it('attaches no managed policy', () => {
    const managed = properties('AWS::IAM::Role').filter(([, role]) => role.ManagedPolicyArns);
    expect(managed).toEqual([]);
  });

  it('runs every function and task on ARM64, functions on Node 24', () => {
    for (const [, fn] of properties('AWS::Lambda::Function')) {
      expect(fn).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x' });
    }
    for (const [, task] of properties('AWS::ECS::TaskDefinition')) {
      expect(task.RuntimePlatform).toEqual({
        CpuArchitecture: 'ARM64',
        OperatingSystemFamily: 'LINUX',
      });
    }
  });

  it('gives every alarm an action', () => {
    const alarms = properties('AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(10);
    expect(alarms.filter(([, alarm]) => listOf(alarm.AlarmActions ?? []).length === 0)).toEqual([]);
  });

  it('lets every log group expire', () => {
    for (const [, group] of properties('AWS::Logs::LogGroup')) {
      expect(group.RetentionInDays).toBeGreaterThan(0);
    }
  });

  it('keeps its task definition well below the 64 KB that ECS takes', () => {
    for (const [, task] of properties('AWS::ECS::TaskDefinition')) {
      expect(JSON.stringify(task).length).toBeLessThan(32_768);
    }
  });

  it('puts no secret and no phone number into an environment', () => {
    const environments = JSON.stringify([
      properties('AWS::Lambda::Function').map(([, fn]) => fn.Environment),
      properties('AWS::ECS::TaskDefinition').map(([, task]) => task.ContainerDefinitions),
    ]);
    expect(environments).not.toMatch(/SECRET|PASSWORD|TOKEN|AKIA/);
  });
});

describe('data', () => {
  const dataTypes = ['AWS::DynamoDB::Table', 'AWS::KMS::Key'];
  const policies = (stack: SynthesizedStack) =>
    dataTypes.flatMap((type) =>
      Object.values(stack.resources(type)).map(({ DeletionPolicy }) => DeletionPolicy),
    );

  it('stays when the stack goes', () => {
    expect(policies(synthesize({ customerManagedKey: true }))).toEqual([
      'Retain',
      'Retain',
      'Retain',
    ]);
  });

  it('goes with the stack only when that is chosen', () => {
    const stack = synthesize({ customerManagedKey: true, keepData: false });
    expect(policies(stack)).toEqual(['Delete', 'Delete', 'Delete']);
  });
});

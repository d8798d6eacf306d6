import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SQS } from '@aws-sdk/client-sqs';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createDispatch } from '../../functions/dispatch/dispatch';
import { createWaker } from '../../functions/dispatch/wake-workers';
import { renderDtmf } from '../../local/dtmf/dtmf';
import { encodeWav } from '../../local/media/wav-writer';
import { freshFolder, runCallscribe, startLocal, type RunningLocal } from '../support/callscribe';
import { recordCalls, type RecordedCall } from '../support/recorded-calls';
import { bundleRecordingWorker } from '../support/recording-worker';
import { synthesize } from '../support/synthesized-stack';

jest.setTimeout(120_000);

/** An action on a kind of resource, `sqs:SendMessage on calls queue`. */
type Grant = string;

const TONES = { toneMs: 100, pauseMs: 100, sampleRateHz: 8000, amplitudeDbfs: -6 };
const { samples: tones } = renderDtmf({ ...TONES, symbols: '0123456789'.repeat(4) });

/** Resources of the template, by how their logical ids begin. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^QueueCalls/, 'calls queue'],
  [/^QueueDeadLetters/, 'dead-letter queue'],
  [/^DeadEvents/, 'dead-event queue'],
  [/^TablesCallLog/, 'log table'],
  [/^TablesCalls/, 'calls table'],
  [/^EventsBus/, 'bus'],
  [/^WorkerService/, 'service'],
  [/^Worker(Logs|Task)|^DispatchLogs/, 'own logs'],
];

/** What is granted and not called in these runs, each with its reason. */
const NOT_RECORDED: Readonly<Record<Grant, string>> = {
  'sqs:SendMessage on calls queue': 'the fresh message of a call that has lasted eleven hours',
  'transcribe:StartCallAnalyticsStreamTranscription on anything':
    'calls whose options ask for Call Analytics',
};

function kindOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text === '"*"') return 'anything';
  if (text.includes(':kinesisvideo:')) return 'streams of the prefixes';
  const id = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(text)?.[1] ?? '';
  const [, kind] = KINDS.find(([pattern]) => pattern.test(id)) ?? [];
  if (kind === undefined) throw new Error(`a resource of no known kind: ${text}`);
  return kind;
}

/** Everything that the role of this description is allowed. */
function grantsOf(
  description: string,
  options: Readonly<Record<string, unknown>> = {},
): Set<Grant> {
  const roles = Object.values(synthesize(options).resources('AWS::IAM::Role'));
  const role = roles.find(({ Properties }) => Properties?.Description === description);
  const policies = role?.Properties?.Policies as readonly {
    PolicyDocument: { Statement: readonly { Action: string | string[]; Resource: unknown }[] };
  }[];
  const listed = <T>(value: T | readonly T[]) => (Array.isArray(value) ? value : [value]) as T[];
  return new Set(
    policies.flatMap(({ PolicyDocument: { Statement } }) =>
      Statement.flatMap(({ Action, Resource }) =>
        listed(Action).flatMap((action) =>
          listed(Resource).map((resource) => `${action} on ${kindOf(resource)}`),
        ),
      ),
    ),
  );
}

/** What was called, where the local system's names stand for the deployed ones. */
function grantsFor(calls: readonly RecordedCall[], names: Readonly<Record<string, string>>) {
  const kinds: Readonly<Record<string, string>> = {
    [names.CALLS_QUEUE_URL ?? '']: 'calls queue',
    [names.CALLS_DLQ_URL ?? '']: names.deadLetterKind ?? 'dead-letter queue',
    [names.CALLS_TABLE ?? '']: 'calls table',
    [names.CALL_LOG_TABLE ?? '']: 'log table',
    [names.EVENT_BUS_NAME ?? '']: 'bus',
    workers: 'service',
  };
  const kind = ({ action, resource = '' }: RecordedCall) => {
    if (action.startsWith('kinesisvideo:')) return 'streams of the prefixes';
    return kinds[resource] ?? (resource === '' ? 'anything' : resource);
  };
  return new Set(calls.map((call) => `${call.action} on ${kind(call)}`));
}

const difference = (from: ReadonlySet<Grant>, without: ReadonlySet<Grant>) =>
  [...from].filter((grant) => !without.has(grant)).sort();

let local: RunningLocal;

beforeAll(async () => {
  local = await startLocal(['--no-worker']);
});

afterAll(async () => {
  await local.stop();
});

describe('the role of the workers', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  async function recordWorker(): Promise<RecordedCall[]> {
    const folder = freshFolder();
    const record = join(folder, 'calls.jsonl');
    const bundle = join(folder, 'worker.cjs');
    await bundleRecordingWorker(bundle);
    child = spawn(process.execPath, [bundle], {
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        ...local.env,
        ...literals(),
        RECORDED_CALLS: record,
        // Only what goes through the SDK is recorded.
        MEDIA_READER: 'sdk',
        TRANSCRIBE_WRITER: 'sdk',
      },
    });
    const worker = child;
    const ended = new Promise((resolve) => worker.once('exit', resolve));

    const sqs = new SQS(endpoint('SQS'));
    await sqs.sendMessage({ QueueUrl: local.env.CALLS_QUEUE_URL, MessageBody: 'no request' });
    // A worker that never learns that its append succeeded looks whether it stands.
    await armFault({ service: 'dynamodb', kind: 'lost-reply', target: 'CallLog/PutItem' });
    const wav = join(folder, 'call.wav');
    writeFileSync(wav, encodeWav({ sampleRateHz: TONES.sampleRateHz, channels: [tones, tones] }));
    const played = await runCallscribe(['call', wav, '--call-id', 'policy', '--speed', '2'], {
      cwd: local.cwd,
    });
    if (played.code !== 0) throw new Error(played.stderr);
    worker.kill('SIGTERM');
    await ended;
    if (!existsSync(record)) throw new Error('the worker called nothing');
    const lines = readFileSync(record, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as RecordedCall);
  }

  /** Values of the deployed environment; names that only a deployment has are the local ones. */
  function literals(): Record<string, string> {
    const [task] = Object.values(synthesize().resources('AWS::ECS::TaskDefinition'));
    const [container] = task?.Properties?.ContainerDefinitions as readonly {
      Environment: readonly { Name: string; Value: unknown }[];
    }[];
    return Object.fromEntries(
      (container?.Environment ?? []).flatMap(({ Name, Value }) =>
        typeof Value === 'string' ? [[Name, Value] as const] : [],
      ),
    );
  }

  it('allows what a worker calls, and nothing else', async () => {
    const called = grantsFor(await recordWorker(), local.env);
    const granted = grantsOf('callscribe workers');

    expect(difference(called, granted)).toEqual([]);
    expect(difference(granted, called)).toEqual(Object.keys(NOT_RECORDED).sort());
  });
});

describe('the role of dispatch', () => {
  async function recordDispatch(): Promise<RecordedCall[]> {
    const calls: RecordedCall[] = [];
    const plugin = recordCalls((call) => calls.push(call));
    const sqs = new SQS(endpoint('SQS'));
    const dynamoDb = new DynamoDB(endpoint('DYNAMODB'));
    const ecs = new ECSClient({ ...endpoint('SQS') });
    for (const client of [sqs, dynamoDb, ecs]) client.middlewareStack.use(plugin as never);
    // There is no stand-in for ECS: the service sleeps, and every change of it succeeds.
    ecs.middlewareStack.add(
      () => () => Promise.resolve({ output: { $metadata: {}, services: [] }, response: {} }),
      { step: 'build' },
    );
    const dispatch = createDispatch({
      sqs,
      dynamoDb,
      queueUrl: local.env.CALLS_QUEUE_URL ?? '',
      deadLetterQueueUrl: local.env.CALLS_DLQ_URL ?? '',
      callsTable: local.env.CALLS_TABLE ?? '',
    });
    await createWaker({ ecs, cluster: 'cluster', service: 'workers' })();
    for (const event of inputEvents()) await dispatch(event);
    await dispatch({ 'detail-type': 'Transcription Requested', detail: {} });
    return calls;
  }

  it('allows what dispatch calls, and nothing else but its logs', async () => {
    const names = { ...local.env, deadLetterKind: 'dead-event queue' };
    const called = grantsFor(await recordDispatch(), names);
    const granted = grantsOf('callscribe dispatch', { minTasks: 0 });

    expect(difference(called, granted)).toEqual([]);
    expect(difference(granted, called)).toEqual([
      // By the Lambda service itself.
      'logs:CreateLogStream on own logs',
      'logs:PutLogEvents on own logs',
    ]);
  });

  it('cannot touch the service when workers never sleep', () => {
    const actions = [...grantsOf('callscribe dispatch')].join();

    expect(actions).not.toContain('ecs:');
  });
});

async function armFault(fault: object): Promise<void> {
  const url = `${local.env.CALLSCRIBE_CONTROL_URL}/faults`;
  const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(fault) });
  if (status !== 201) throw new Error(`the fault was not armed: ${status}`);
}

describe('roles that no code of ours uses', () => {
  /** What AWS does for us with each: actions by the service that may take the role on. */
  const EXPECTED = {
    // Fargate pulls the image and delivers what the worker writes.
    'ecs-tasks.amazonaws.com': [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ],
    // The VPC delivers its flow log.
    'vpc-flow-logs.amazonaws.com': [
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
    ],
  };

  it('allow pulling the image and delivering logs, and are no more than these two', () => {
    const { resources } = synthesize();
    const found: Record<string, string[]> = {};
    for (const { Properties = {} } of Object.values(resources('AWS::IAM::Policy'))) {
      const { Roles, PolicyDocument } = Properties as {
        Roles: readonly [{ Ref: string }];
        PolicyDocument: { Statement: readonly { Action: string | string[] }[] };
      };
      const trust = resources()[Roles[0].Ref]?.Properties?.AssumeRolePolicyDocument;
      const service = /"Service":"([^"]+)"/.exec(JSON.stringify(trust))?.[1] ?? '';
      found[service] = PolicyDocument.Statement.flatMap(({ Action }) => Action).sort();
    }

    expect(found).toEqual(EXPECTED);
    expect(Object.keys(resources('AWS::IAM::Role'))).toHaveLength(4);
  });
});

function endpoint(service: string) {
  const { AWS_REGION, AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = local.env;
  return {
    region: AWS_REGION,
    endpoint: local.env[`AWS_ENDPOINT_URL_${service}`],
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
}

/** Every sample of an event that dispatch is for. */
function inputEvents(): unknown[] {
  return readdirSync('events')
    .filter((name) =>
      /^(connect|chime|transcription-(stop-)?requested).*(?<!schema)\.json$/.test(name),
    )
    .map((name) => JSON.parse(readFileSync(join('events', name), 'utf8')) as unknown);
}

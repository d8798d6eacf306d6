import type { DoctorOptions } from '../../../../local/cli/doctor/patient';
import { runDoctor } from '../../../../local/cli/doctor/run-doctor';
import { createTonesEngine } from '../../../../local/recognisers/tones';
import { LOCAL_CREDENTIALS } from '../../../../local/stand-in';
import type { LocalSystem } from '../../../../local/system/local-system';
import { startTranscribe } from '../../../../local/transcribe/transcribe';
import { selfSigned } from '../../local-transcribe/self-signed';
import { answering } from '../../shared/errors/answering';
import { findingsIn, STREAM_NAME, withSystem, type Changes } from './examined';

const SIX_MINUTES_MS = 360_000;
const NOWHERE = 'http://127.0.0.1:1';

let system: LocalSystem;
withSystem((each) => (system = each));

/** Each thing broken in turn: the environment or a fault, which findings fail, and by what. */
const BROKEN: readonly {
  readonly what: string;
  readonly env?: Changes;
  readonly fault?: readonly ['kinesis-video' | 'transcribe' | 'sqs', string, target?: string];
  readonly options?: Partial<DoctorOptions>;
  readonly fails: Readonly<Record<string, string>>;
}[] = [
  {
    what: 'an unknown key',
    env: { AWS_ACCESS_KEY_ID: 'AKIANOBODYKNOWSTHIS0' },
    fails: { transcribe: 'unknown-key', acceptance: 'unknown-key' },
  },
  {
    what: 'a wrong secret',
    env: { AWS_SECRET_ACCESS_KEY: `${LOCAL_CREDENTIALS.secretAccessKey}x` },
    fails: { transcribe: 'wrong-secret', acceptance: 'wrong-secret' },
  },
  {
    what: 'expired credentials',
    fault: ['transcribe', 'credentials-rotated'],
    fails: { transcribe: 'expired-credentials', acceptance: 'expired-credentials' },
  },
  {
    what: 'a fast clock',
    options: { nowMs: () => Date.now() + SIX_MINUTES_MS },
    fails: { clock: 'clock-skew' },
  },
  {
    what: 'a slow clock',
    options: { nowMs: () => Date.now() - SIX_MINUTES_MS },
    fails: { clock: 'clock-skew' },
  },
  {
    what: 'a table that is not there',
    env: { CALL_LOG_TABLE: 'Nothing' },
    fails: { 'call-log-table': 'dynamodb-no-table' },
  },
  {
    what: 'a table with other keys',
    env: { CALL_LOG_TABLE: 'Calls' },
    fails: { 'call-log-table': 'dynamodb-refused' },
  },
  {
    what: 'the other table that is not there',
    env: { CALLS_TABLE: 'Nothing' },
    fails: { 'calls-table': 'dynamodb-no-table' },
  },
  {
    what: 'a bus that is not there',
    env: { EVENT_BUS_NAME: 'nothing' },
    fails: { bus: 'events-no-bus' },
  },
  {
    what: 'DynamoDB that nobody serves',
    env: { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE },
    fails: {
      'reach-dynamodb': 'nobody-listens',
      'call-log-table': 'nobody-listens',
      'calls-table': 'nobody-listens',
    },
  },
  {
    what: 'SQS that nobody serves',
    env: { AWS_ENDPOINT_URL_SQS: NOWHERE },
    fails: {
      'reach-sqs': 'nobody-listens',
      queue: 'nobody-listens',
      'dead-letters': 'nobody-listens',
    },
  },
  {
    what: 'EventBridge that nobody serves',
    env: { AWS_ENDPOINT_URL_EVENTBRIDGE: NOWHERE },
    fails: { 'reach-event-bridge': 'nobody-listens', bus: 'nobody-listens' },
  },
  {
    what: 'Kinesis Video that nobody serves',
    env: { AWS_ENDPOINT_URL_KINESIS_VIDEO: NOWHERE },
    fails: { 'reach-kinesis-video': 'nobody-listens', 'kinesis-video': 'nobody-listens' },
  },
  {
    what: 'Transcribe that nobody serves',
    env: { AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: NOWHERE },
    fails: { 'reach-transcribe': 'nobody-listens', transcribe: 'nobody-listens' },
  },
  {
    what: 'a stream that does not exist',
    options: { stream: 'no-call' },
    fails: { 'kinesis-video': 'kvs-stream-not-found' },
  },
  {
    what: 'a stream that may not be read',
    options: { stream: STREAM_NAME },
    fault: ['kinesis-video', 'getmedia-not-authorized'],
    fails: { 'kinesis-video': 'kvs-not-authorized' },
  },
  {
    what: 'Transcribe that is not available',
    fault: ['transcribe', 'refuse-service-unavailable'],
    fails: { transcribe: 'transcribe-unavailable' },
  },
  {
    what: 'no streams left',
    fault: ['transcribe', 'refuse-limit-exceeded'],
    fails: { transcribe: 'transcribe-stream-quota' },
  },
  {
    what: 'a queue that fails',
    fault: ['sqs', 'error', 'calls'],
    fails: { queue: 'service-failed' },
  },
  {
    what: 'a missing permission',
    fault: ['transcribe', 'refuse-access-denied'],
    fails: { transcribe: 'no-permission' },
  },
  {
    what: 'a clock that only Transcribe minds',
    fault: ['transcribe', 'refuse-signature-expired'],
    fails: { transcribe: 'clock-skew' },
  },
  {
    what: 'Transcribe that does not answer',
    fault: ['transcribe', 'refuse-no-answer'],
    options: { limitMs: 1_000 },
    fails: { transcribe: 'timed-out' },
  },
  {
    what: 'a region that is none',
    env: { AWS_REGION: 'no region!' },
    fails: { configuration: 'own-configuration', region: 'malformed-region' },
  },
  {
    what: 'a malformed variable',
    env: { MAX_CALLS: 'many' },
    fails: { configuration: 'own-configuration' },
  },
  {
    what: 'a recogniser that does not exist',
    env: { LOCAL_RECOGNISER: 'parrot' },
    fails: { recogniser: 'own-configuration' },
  },
];

describe('doctor, with one thing broken', () => {
  it.each(BROKEN)('tells $what', async ({ env, fault, options, fails }) => {
    if (fault !== undefined) system.faults[fault[0]].arm({ kind: fault[1], target: fault[2] });

    const findings = await findingsIn(system, env, options);

    const failed = [...findings.values()].filter(({ status }) => status === 'failed');
    expect(Object.fromEntries(failed.map(({ id, failure }) => [id, failure]))).toEqual(fails);
    for (const { cure } of failed) expect(cure).toMatch(/\w{3}/);
  });

  it('names a queue that is not there', async () => {
    const findings = await findingsIn(system, {
      CALLS_QUEUE_URL: `${system.sqs.callsQueueUrl}-gone`,
    });

    expect(findings.get('queue')).toMatchObject({ status: 'failed', failure: 'sqs-no-queue' });
  });

  it('names the action that a table does not allow', async () => {
    const type = 'com.amazonaws.dynamodb.v20120810#AccessDeniedException';
    const message =
      'User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:Query on it';

    const findings = await answering({ status: 400, type, message }, (url) =>
      findingsIn(system, { AWS_ENDPOINT_URL_DYNAMODB: url }),
    );

    expect(findings.get('call-log-table')).toMatchObject({
      status: 'failed',
      failure: 'no-permission',
      cure: expect.stringContaining('allow dynamodb:Query to the role'),
    });
  });

  it('tells a certificate that is not trusted', async () => {
    const engine = createTonesEngine();
    const standIn = await startTranscribe({ engine, tls: selfSigned('127.0.0.1') });

    const findings = await findingsIn(system, {
      AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: standIn.url,
    });
    await standIn.close();

    for (const id of ['reach-transcribe', 'transcribe']) {
      expect(findings.get(id)?.failure).toBe('untrusted-certificate');
    }
  });

  it('tells a scheme that is mistaken', async () => {
    const url = system.dynamoDb.url.replace('http:', 'https:');

    const findings = await findingsIn(system, { AWS_ENDPOINT_URL_DYNAMODB: url });

    expect(findings.get('reach-dynamodb')?.failure).toBe('wrong-protocol');
  });

  it('counts dead letters', async () => {
    await system.sqs.send(system.sqs.callsDlqUrl, 'a call');

    const findings = await findingsIn(system);

    expect(findings.get('dead-letters')).toMatchObject({ status: 'warning' });
    expect(findings.get('dead-letters')?.found).toMatch(/^\d+ requests/);
  });

  it('skips what is not named, and says how to name it', async () => {
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = system.env;
    const endpoints = Object.entries(system.env).filter(([name]) => name.startsWith('AWS_END'));
    const env = {
      AWS_REGION,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
      ...Object.fromEntries(endpoints),
    };

    const findings = await runDoctor({ env });

    const status = new Map(findings.map((finding) => [finding.id, finding.status]));
    for (const id of ['configuration', 'call-log-table', 'calls-table', 'queue', 'bus']) {
      expect([id, status.get(id)]).toEqual([id, 'skipped']);
    }
    expect(findings.find(({ id }) => id === 'configuration')?.cure).toContain('CALLS_QUEUE_URL');
  });

  it('shows no secret, whatever it says', async () => {
    const secret = 'a-secret-that-nobody-may-see';
    const findings = await findingsIn(system, {
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_SESSION_TOKEN: `${secret}-token`,
      EVENT_BUS_NAME: 'nothing',
    });

    const text = JSON.stringify([...findings.values()]);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(LOCAL_CREDENTIALS.accessKeyId);
  });
});

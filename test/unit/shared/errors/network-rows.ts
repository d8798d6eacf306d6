import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startKinesisVideo } from '../../../../local/kinesis-video/server';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../local/stand-in';
import { answering, type Answer } from './answering';
import type { Row } from './row';
import { thrownBy } from './row';

type Config = ConstructorParameters<typeof DynamoDBClient>[0] & object;
type Environment = Readonly<Record<string, string>>;

const SETTINGS = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 };
const DENIED =
  'User: arn:aws:sts::123456789012:assumed-role/worker is not authorized to perform: ' +
  'dynamodb:ListTables on resource: arn:aws:dynamodb:eu-central-1:123456789012:table/CallLog';

/** One row for each failure that every service has, met by the SDK's client of DynamoDB. */
export function networkRows(): Row[] {
  const row = (failure: string, name: Row['name'], provoke: Row['provoke']): Row => ({
    failure,
    service: 'dynamodb',
    name,
    provoke,
  });
  const answered = (failure: string, name: Row['name'], answer: Answer): Row =>
    row(failure, name, () => answering(answer, (endpoint) => listTables({ endpoint })));
  const failing = (failure: string, code: string): Row =>
    row(failure, code, () => listTables({ endpoint: 'http://x.invalid', ...failingWith(code) }));
  return [
    answered('clock-skew-named', 'RequestTimeTooSkewed', {
      status: 403,
      type: 'RequestTimeTooSkewed',
    }),
    answered('unsigned-request', 'MissingAuthenticationTokenException', {
      status: 403,
      type: 'MissingAuthenticationTokenException',
    }),
    {
      ...answered('no-permission', 'AccessDeniedException', {
        status: 400,
        type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException',
        message: DENIED,
      }),
      action: 'dynamodb:ListTables',
    },
    row('no-credentials', 'CredentialsProviderError', () =>
      inEnvironment({}, () => listTables({ credentials: undefined })),
    ),
    row('damaged-credentials', 'ERR_INVALID_CHAR', () =>
      listTables({
        credentials: { ...LOCAL_CREDENTIALS, sessionToken: 'token\n' },
        endpoint: 'http://127.0.0.1:1',
      }),
    ),
    row('expired-login', /^(CredentialsProviderError|TokenProviderError)$/, () =>
      withProfile(() => listTables({ credentials: undefined })),
    ),
    row('no-region', 'Error', () =>
      inEnvironment({}, () => listTables({ region: undefined, endpoint: undefined })),
    ),
    row('malformed-region', 'Error', () => listTables({ region: 'no region!' })),
    failing('unknown-host', 'ENOTFOUND'),
    failing('no-route', 'EHOSTUNREACH'),
    row('nobody-listens', 'ECONNREFUSED', () => listTables({ endpoint: 'http://127.0.0.1:1' })),
    row('timed-out', 'TimeoutError', () =>
      answering(undefined, (endpoint) =>
        listTables({
          endpoint,
          requestHandler: new NodeHttpHandler({ requestTimeout: 50, throwOnRequestTimeout: true }),
        }),
      ),
    ),
    row('wrong-protocol', 'EPROTO', () =>
      answering({ status: 200 }, (endpoint) =>
        listTables({ endpoint: endpoint.replace('http:', 'https:') }),
      ),
    ),
    row('other-service', 'UnknownOperationException', async () => {
      const standIn = await startKinesisVideo();
      try {
        return await listTables({ endpoint: standIn.url });
      } finally {
        await standIn.close();
      }
    }),
    answered('throttled-by-status', /./, { status: 429 }),
    answered('refused-by-status', /./, { status: 403 }),
    answered('failed-by-status', /./, { status: 502 }),
    answered('unknown', 'SomethingNewException', { status: 400, type: 'SomethingNewException' }),
  ];
}

async function listTables(config: Config): Promise<unknown> {
  const client = new DynamoDBClient({ ...SETTINGS, ...config });
  try {
    return await thrownBy(client.send(new ListTablesCommand({})));
  } finally {
    client.destroy();
  }
}

/** The real client, on a network in which every look-up of a host fails with this code. */
function failingWith(code: string): Pick<Config, 'requestHandler'> {
  const lookup: LookupFunction = (_hostname, _options, callback) => {
    callback(Object.assign(new Error('getaddrinfo'), { code }), '', 0);
  };
  return { requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ lookup }) }) };
}

/** Nothing of AWS but what is given; the process has its own environment again afterwards. */
async function inEnvironment<T>(given: Environment, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  const withoutAws = Object.entries(before).filter(([name]) => !name.startsWith('AWS_'));
  const files = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const offline = { AWS_EC2_METADATA_DISABLED: 'true' };
  process.env = { ...Object.fromEntries(withoutAws), ...files, ...offline, ...given };
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

/** A profile whose login nobody has done. */
async function withProfile<T>(work: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'callscribe-profile-'));
  const config = join(folder, 'config');
  writeFileSync(
    config,
    '[profile agent]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n' +
      'region = us-east-1\n[sso-session s]\nsso_start_url = https://x.invalid/start\n' +
      'sso_region = us-east-1\n',
  );
  try {
    const environment = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'agent', HOME: folder };
    return await inEnvironment(environment, work);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  type PutItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

import { jsonCall, type JsonOperation } from '../../../functions/worker/aws/json-call';

const REGION = 'eu-west-1';
const CREDENTIALS = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'to/k=',
};
const NOON = Date.UTC(2026, 5, 30, 12);
const PUT_ITEM: JsonOperation = {
  command: PutItemCommand,
  signingName: 'dynamodb',
  target: 'DynamoDB_20120810.PutItem',
  contentType: 'application/x-amz-json-1.0',
};
const INPUT: PutItemCommandInput = {
  TableName: 'CallLog',
  Item: { callId: { S: 'grüße "1"' }, seq: { N: '17' }, record: { S: '{"a":[1]}' } },
  ConditionExpression: 'attribute_not_exists(callId)',
};

interface Request {
  readonly url: string | undefined;
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let client: DynamoDBClient;
const requests: Request[] = [];
afterEach(async () => {
  client.destroy();
  requests.length = 0;
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

type Answer = (response: ServerResponse) => void;

async function serve(answer: Answer, path = ''): Promise<void> {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { url, method, headers } = request;
      requests.push({ url, method, headers, body: Buffer.concat(parts).toString() });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}${path}`;
  client = new DynamoDBClient({
    region: REGION,
    endpoint,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
}

const call = (timeoutMs = 5_000) =>
  jsonCall<PutItemCommandInput, Omit<PutItemCommandOutput, '$metadata'>>(client, PUT_ITEM, {
    timeoutMs,
    maxSockets: 2,
    epochMs: () => NOON,
  });

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

describe('jsonCall', () => {
  it('sends what the SDK sends', async () => {
    await serve(json(200, {}));

    await call()(INPUT);
    await client.send(new PutItemCommand(INPUT));

    const [ours, sdks] = requests;
    expect(JSON.parse(ours!.body)).toEqual(JSON.parse(sdks!.body));
    expect(ours).toMatchObject({ url: sdks!.url, method: sdks!.method });
    for (const name of ['host', 'content-type', 'x-amz-target', 'x-amz-security-token']) {
      expect(ours!.headers[name]).toBe(sdks!.headers[name]);
    }
    expect(ours!.headers['content-length']).toBe(String(Buffer.byteLength(ours!.body)));
  });

  it.each(['', '/base'])('signs as the SDK does (path "%s")', async (path) => {
    await serve(json(200, {}), path);

    await call()(INPUT);

    const { url = '', headers, body } = requests[0]!;
    const sdk = new SignatureV4({
      credentials: CREDENTIALS,
      region: REGION,
      service: 'dynamodb',
      sha256: Sha256,
      applyChecksum: false,
    });
    const toSign = ['content-type', 'host', 'x-amz-target', 'x-amz-security-token'];
    const signed = await sdk.sign(
      {
        method: 'POST',
        protocol: 'http:',
        hostname: '',
        path: url,
        headers: Object.fromEntries(toSign.map((name) => [name, String(headers[name])])),
        body,
      },
      { signingDate: new Date(NOON) },
    );
    expect(headers.authorization).toBe(signed.headers.authorization);
    expect(headers['x-amz-date']).toBe('20260630T120000Z');
  });

  it('signs each request for its own second and body, with the credentials of then', async () => {
    await serve(json(200, {}));
    let nowMs = NOON;
    let accessKeyId = 'AKIAFIRST';
    const putItem = jsonCall<PutItemCommandInput, unknown>(
      {
        config: {
          ...client.config,
          credentials: () => Promise.resolve({ accessKeyId, secretAccessKey: 'secret' }),
        },
      },
      PUT_ITEM,
      { timeoutMs: 5_000, maxSockets: 2, epochMs: () => nowMs },
    );

    await putItem(INPUT);
    await putItem({ ...INPUT, TableName: 'Another' });
    accessKeyId = 'AKIASECOND';
    nowMs += 1_000;
    await putItem(INPUT);

    const [first, another, later] = requests.map(({ headers }) => headers);
    expect(another!.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAFIRST\//);
    expect(another!.authorization).not.toBe(first!.authorization);
    expect(later!.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIASECOND\//);
    expect(later!['x-amz-date']).toBe('20260630T120001Z');
  });

  it('returns the answer', async () => {
    await serve(json(200, { Attributes: { seq: { N: '1' } } }));

    expect(await call()(INPUT)).toEqual({ Attributes: { seq: { N: '1' } } });
  });

  it.each<[string, Answer]>([
    [
      'a refused condition',
      json(400, {
        __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
        message: 'The conditional request failed',
      }),
    ],
    [
      'throttling',
      json(400, { __type: 'com.amazon.coral.service#ThrottlingException', message: 'slow down' }),
    ],
    ['a missing table', json(400, { __type: 'x#ResourceNotFoundException', Message: 'not found' })],
    ['a failure of the service', json(500, { __type: 'InternalServerError' })],
  ])('fails as the SDK does: %s', async (_what, answer) => {
    await serve(answer);

    const ours = (await call()(INPUT).catch((reason: unknown) => reason)) as Error;
    const sdks = (await client
      .send(new PutItemCommand(INPUT))
      .catch((reason: unknown) => reason)) as Error & { $metadata: { httpStatusCode: number } };

    expect({ name: ours.name, message: ours.message }).toEqual({
      name: sdks.name,
      message: sdks.message,
    });
    expect(ours).toMatchObject({ httpStatus: sdks.$metadata.httpStatusCode });
  });

  it('has no name of the service that is unfit to be logged', async () => {
    await serve(json(400, { __type: 'what +4930123456 said', message: 'no' }));

    await expect(call()(INPUT)).rejects.toMatchObject({ name: 'Unknown', httpStatus: 400 });
  });

  it('fails with the status of an answer that is no JSON', async () => {
    await serve(json(502, '<html>Bad Gateway</html>'));

    await expect(call()(INPUT)).rejects.toMatchObject({ name: 'Unknown', httpStatus: 502 });
  });

  it('gives up waiting for an answer', async () => {
    await serve(() => undefined);

    await expect(call(50)(INPUT)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('fails when the answer is cut off', async () => {
    await serve((response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"a":', () => response.destroy());
    });

    await expect(call()(INPUT)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each(['a timeout', 'an abort'])('fails when %s cuts the answer off', async (cause) => {
    const stop = new AbortController();
    await serve((response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"a":', () => {
        if (cause === 'an abort') setTimeout(() => stop.abort(), 20);
      });
    });
    const name = cause === 'an abort' ? 'AbortError' : 'TimeoutError';

    const answer = call(cause === 'an abort' ? 5_000 : 50)(INPUT, stop.signal);

    await expect(answer).rejects.toMatchObject({ name });
  });

  it.each([
    ['a session token', { sessionToken: 'token\r\n' }],
    ['an access key', { accessKeyId: 'AKIA\nEXAMPLE' }],
  ])('sends nothing with %s that would end its line', async (_what, damage) => {
    await serve(json(200, {}));
    const config = {
      ...client.config,
      credentials: () => Promise.resolve({ ...CREDENTIALS, ...damage }),
    };
    const putItem = jsonCall({ config }, PUT_ITEM, { timeoutMs: 5_000, maxSockets: 1 });

    await expect(putItem(INPUT)).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });

    expect(requests).toEqual([]);
  });

  it('sends nothing once it is aborted', async () => {
    await serve(json(200, {}));

    await expect(call()(INPUT, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });

    expect(requests).toEqual([]);
  });

  it('goes to another origin than the endpoint when it is told to', async () => {
    await serve(json(200, {}));
    const { origin, host } = new URL(`http://localhost:${(server.address() as AddressInfo).port}`);
    const elsewhere = jsonCall(client, PUT_ITEM, { timeoutMs: 5_000, maxSockets: 1, origin });

    await elsewhere(INPUT);

    expect(requests.map(({ headers }) => headers.host)).toEqual([host]);
  });

  it('fails when nobody listens', async () => {
    await serve(json(200, {}));
    await new Promise<void>((resolve) => server.close(() => resolve()));

    await expect(call()(INPUT)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps its connections', async () => {
    await serve(json(200, {}));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const putItem = call();

    for (let n = 0; n < 3; n++) await putItem(INPUT);

    expect(connections).toBe(1);
  });
});

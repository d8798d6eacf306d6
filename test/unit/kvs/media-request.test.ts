import { KinesisVideoClient } from '@aws-sdk/client-kinesis-video';
import { KinesisVideoMediaClient } from '@aws-sdk/client-kinesis-video-media';
import { createHash } from 'node:crypto';
import { LeanMediaReader } from '../../../functions/worker/kvs/lean-media-reader';
import { SdkMediaReader } from '../../../functions/worker/kvs/sdk-media-reader';
import type { StartPosition } from '../../../functions/worker/kvs/start-position';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';
import { verifyRequest } from '../../../local/transcribe/sigv4';
import { MediaServer } from './media-server';

const STREAM_ARN = `arn:aws:kinesisvideo:${LOCAL_REGION}:123456789012:stream/calls/1`;
const EARLIEST: StartPosition = { type: 'earliest' };
const settings = {
  region: LOCAL_REGION,
  credentials: { ...LOCAL_CREDENTIALS, sessionToken: 'token' },
};
const control = new KinesisVideoClient(settings);

describe('a GetMedia request of ours', () => {
  it.each<StartPosition>([
    EARLIEST,
    { type: 'after', fragmentNumber: '91343852333181432392682062622220590765191907586' },
    { type: 'producer-time', epochMs: 1_700_000_000_123 },
  ])('is what the SDK sends for $type, and signed as it is', async (position) => {
    const server = await MediaServer.listen((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na'),
    );
    const { signal } = new AbortController();
    const sdk = new SdkMediaReader(
      (endpoint) => new KinesisVideoMediaClient({ ...settings, endpoint }),
    );
    const request = { streamArn: STREAM_ARN, position };
    const lean = new LeanMediaReader(() => control.config.signer());
    for (const reader of [sdk, lean]) {
      for await (const _ of await reader.open(server.url, request, signal));
      reader.close();
    }
    await server.close();

    const [theirs, ours] = server.requests.map(readRequest);

    expect(ours?.line).toBe(theirs?.line);
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ' '));
    for (const name of ['host', 'content-type', 'x-amz-security-token']) {
      expect(ours?.headers[name]).toBe(theirs?.headers[name]);
    }
    expect(ours?.headers['content-length']).toBe(String(ours?.body.length));
    const signed = { ':method': 'POST', ':path': '/getMedia', ...ours?.headers };
    expect(verifyRequest(signed, [settings.credentials], Date.now())).toBeDefined();
    const bodyHash = createHash('sha256')
      .update(ours?.body ?? '')
      .digest('hex');
    expect(ours?.headers['x-amz-content-sha256']).toBe(bodyHash);
    const scopeOf = (signed = '') => /Credential=(\S+),/.exec(signed)?.[1];
    const scope = scopeOf(ours?.headers.authorization);
    expect(scope).toMatch(/\/kinesisvideo\/aws4_request$/);
    expect(scope).toBe(scopeOf(theirs?.headers.authorization));
  });
});

function readRequest(request: string) {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  const [line, ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((header) => {
      const colon = header.indexOf(':');
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()] as const;
    }),
  );
  return { line, headers: headers as Record<string, string | undefined>, body };
}

import { createHash, createHmac } from 'node:crypto';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:http2';
import { crc32 } from 'node:zlib';

import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/stand-in';

/*
 * A client of its own of the service, as the Python SDK is one: HTTP/2 over TLS, lower-case
 * headers, `True` for true, no content type, a request signed for an empty payload. Shares no code
 * with the stand-in or with the AWS SDK.
 */
const END_OF_CHUNKS = Buffer.alloc(0);

interface Signed {
  readonly key: Buffer;
  readonly scope: string;
  prior: string;
}

export interface PythonAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly alpn: string | undefined;
  /** JSON of the events, or the error's. */
  readonly events: readonly { readonly type: string; readonly json: string }[];
}

/** One stream, from its request to the end of the service's answer. */
export async function talkLikePython(
  url: string,
  authority: string,
  members: Readonly<Record<string, string>>,
  chunks: readonly Uint8Array[],
): Promise<PythonAnswer> {
  const session = connect(url, { ca: authority });
  try {
    return await talk(session, new URL(url).hostname, members, chunks);
  } finally {
    session.destroy();
  }
}

async function talk(
  session: ClientHttp2Session,
  host: string,
  members: Readonly<Record<string, string>>,
  chunks: readonly Uint8Array[],
): Promise<PythonAnswer> {
  const path = '/stream-transcription';
  const headers: Record<string, string> = { host, 'user-agent': 'transcribe-streaming-sdk-0.6.4' };
  for (const [suffix, value] of Object.entries(members)) {
    headers[`x-amzn-transcribe-${suffix}`] = value;
  }
  const signed = signRequest(path, headers);
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
  const answered = new Promise<IncomingHttpHeaders>((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });
  for (const chunk of chunks) stream.write(signFrame(signed, audioEvent(chunk)));
  stream.end(signFrame(signed, END_OF_CHUNKS));
  const response = await answered;
  const body = Buffer.concat((await stream.toArray()) as Buffer[]);
  const status = Number(response[':status']);
  return {
    status,
    headers: response,
    alpn: session.alpnProtocol,
    events: status === 200 ? readEvents(body) : [{ type: 'error', json: body.toString() }],
  };
}

/** Adds date and authorization to the headers, all of which are signed. */
function signRequest(path: string, headers: Record<string, string>): Signed {
  const amzDate = basicTime(Date.now());
  headers['x-amz-date'] = amzDate;
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(''),
  ].join('\n');
  const day = amzDate.slice(0, 8);
  const scope = `${day}/${LOCAL_REGION}/transcribe/aws4_request`;
  const key = [day, LOCAL_REGION, 'transcribe', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${LOCAL_CREDENTIALS.secretAccessKey}`),
  );
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n');
  const prior = hmac(key, toSign).toString('hex');
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${prior}`;
  return { key, scope, prior };
}

function signFrame(signed: Signed, payload: Buffer): Buffer {
  const dateMs = Date.now();
  const date = Buffer.concat([named(':date', 8), Buffer.alloc(8)]);
  date.writeBigInt64BE(BigInt(dateMs), date.length - 8);
  const toSign = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    basicTime(dateMs),
    signed.scope,
    signed.prior,
    sha256(date),
    sha256(payload),
  ].join('\n');
  const signature = hmac(signed.key, toSign);
  signed.prior = signature.toString('hex');
  const length = Buffer.from([0, signature.length]);
  return message(Buffer.concat([date, named(':chunk-signature', 6), length, signature]), payload);
}

function audioEvent(chunk: Uint8Array): Buffer {
  const headers = {
    ':message-type': 'event',
    ':event-type': 'AudioEvent',
    ':content-type': 'application/octet-stream',
  };
  const encoded = Object.entries(headers).map(([name, value]) =>
    Buffer.concat([named(name, 7), Buffer.from([0, value.length]), Buffer.from(value)]),
  );
  return message(Buffer.concat(encoded), Buffer.from(chunk));
}

function message(headers: Buffer, payload: Buffer): Buffer {
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + headers.length + payload.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const body = Buffer.concat([prelude, headers, payload]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([body, checksum]);
}

function readEvents(body: Buffer): { type: string; json: string }[] {
  const events: { type: string; json: string }[] = [];
  for (let at = 0; at < body.length; at += body.readUInt32BE(at)) {
    const end = at + body.readUInt32BE(at);
    const payloadAt = at + 12 + body.readUInt32BE(at + 4);
    const headers = body.toString('latin1', at + 12, payloadAt);
    const type = /:(?:event|exception)-type\x07..([A-Za-z]+)/s.exec(headers)?.[1] ?? '';
    events.push({ type, json: body.toString('utf8', payloadAt, end - 4) });
  }
  return events;
}

const named = (name: string, type: number) =>
  Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([type])]);
const basicTime = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

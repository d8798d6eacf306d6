import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';

import type { Endpoint } from '../../aws/endpoint';
import type { FrameSigner } from './frame-signer';
import { FrameWriter, type FrameStock } from './frame-writer';

import { memberHeaders } from './request-headers';
import type { SessionRequest } from './session-request';

/** What stands for the hash of a body that is signed frame by frame (PROTOCOLS C5). */
const PAYLOAD_HASH = 'STREAMING-AWS4-HMAC-SHA256-EVENTS';
const USER_AGENT = 'callscribe';

interface Signing {
  readonly signer: FrameSigner;
  readonly stock: FrameStock;
  readonly epochMs: number;
}

/** Sends the signed request; what is written before the connection stands goes out after it. */
export function openStream(
  connection: ClientHttp2Session,
  endpoint: Endpoint,
  request: SessionRequest,
  signing: Signing,
): { readonly stream: ClientHttp2Stream; readonly frames: FrameWriter } {
  const { headers, signature } = requestHeaders(endpoint, request, signing);
  return {
    stream: connection.request(headers, { endStream: false }),
    frames: new FrameWriter(signing.signer, signing.stock, signature),
  };
}

/** All headers of the request, and the signature with which the chain of its frames begins. */
export function requestHeaders(
  endpoint: Endpoint,
  { path, members }: SessionRequest,
  { signer, epochMs }: Omit<Signing, 'stock'>,
): { readonly headers: Record<string, string>; readonly signature: string } {
  const { sessionToken } = signer.requests.credentials;
  // As the SDK signs it: HTTP/2 has `:authority` in place of `host`.
  const signed: Record<string, string> = {
    ':authority': endpoint.host,
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amz-content-sha256': PAYLOAD_HASH,
    'x-amz-date': signer.requests.at(epochMs).amzDate,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    ...memberHeaders(members),
  };
  const { authorization, signature } = signer.requests.authorize(
    {
      method: 'POST',
      path: endpoint.basePath + path,
      headers: signed,
      payloadHash: PAYLOAD_HASH,
    },
    epochMs,
  );
  return {
    headers: {
      ':method': 'POST',
      ':path': endpoint.basePath + path,
      ...signed,
      authorization,
      'user-agent': USER_AGENT,
    },
    signature,
  };
}

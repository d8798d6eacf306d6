import type { KeyObject } from 'node:crypto';
import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http2';

import {
  badRequest,
  invalidSignature,
  isoBasic,
  SIGNATURE_MISMATCH,
  signatureTimeProblem,
  unrecognizedClient,
} from './service-exception';

/** A signature counts for five minutes either way (PROTOCOLS C4, D). */
export const SIGNATURE_LIFE_MS = 5 * 60_000;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<key>[^/\s]+)\/(?<day>\d{8})\/(?<region>[\w-]+)\/(?<service>[\w-]+)\/aws4_request, ?SignedHeaders=(?<signed>[\w:;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/;
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const EMPTY_SHA256 = sha256Hex('');
const DATE_HEADER_NAME = Buffer.from('\x05:date\x08', 'latin1');

export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When set, requests must carry exactly this token. */
  readonly sessionToken?: string;
}

/** What a verified request hands to the check of its frames. */
export interface RequestSignature {
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
  readonly signature: string;
}

/**
 * Verifies the `Authorization` header of an HTTP/2 request (Signature Version 4). Throws a
 * ServiceException when the key is unknown, the signature wrong or its date five minutes off.
 */
export function verifyRequest(
  headers: IncomingHttpHeaders,
  accepted: readonly LocalCredentials[],
  nowMs: number,
): RequestSignature {
  const parts = AUTHORIZATION.exec(headers.authorization ?? '')?.groups;
  const credentials = accepted.find(({ accessKeyId }) => accessKeyId === parts?.key);
  if (!parts || !credentials) throw unrecognizedClient();
  if ((credentials.sessionToken ?? '') !== first(headers['x-amz-security-token'])) {
    throw unrecognizedClient();
  }
  const { day = '', region = '', service = '', signed = '', signature = '' } = parts;
  const amzDate = first(headers['x-amz-date']);
  if (!amzDate.startsWith(day)) throw invalidSignature();
  const problem = signatureTimeProblem(parseAmzDate(amzDate), nowMs, SIGNATURE_LIFE_MS);
  if (problem) throw invalidSignature(problem);

  const canonical = canonicalRequest(headers, signed.split(';'));
  const scope = `${day}/${region}/${service}/aws4_request`;
  const stringToSign = [ALGORITHM, amzDate, scope, sha256Hex(canonical)].join('\n');
  const key = signingKey(credentials.secretAccessKey, day, region, service);
  if (!sameHex(hmac(key, stringToSign).toString('hex'), signature)) throw invalidSignature();
  return { secretAccessKey: credentials.secretAccessKey, region, service, signature };
}

/** Verifies the chain of signatures of one session's messages (PROTOCOLS C5). */
export class FrameVerifier {
  #prior: string;
  #day = '';
  #key: KeyObject | undefined;

  constructor(private readonly request: RequestSignature) {
    this.#prior = request.signature;
  }

  /** Throws a ServiceException when the signature does not continue the chain. */
  verify(dateMs: number, payload: Uint8Array, signature: Uint8Array): void {
    const amzDate = isoBasic(dateMs);
    const day = amzDate.slice(0, 8);
    const { secretAccessKey, region, service } = this.request;
    if (day !== this.#day || !this.#key) {
      // Scope and key follow the message's own date, also across midnight.
      this.#day = day;
      this.#key = signingKey(secretAccessKey, day, region, service);
    }
    const stringToSign = [
      `${ALGORITHM}-PAYLOAD`,
      amzDate,
      `${day}/${region}/${service}/aws4_request`,
      this.#prior,
      sha256Hex(encodeDateHeader(dateMs)),
      sha256Hex(payload),
    ].join('\n');
    const expected = hmac(this.#key, stringToSign);
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) {
      throw badRequest(SIGNATURE_MISMATCH);
    }
    this.#prior = expected.toString('hex');
  }
}

function parseAmzDate(amzDate: string): number {
  const parts = AMZ_DATE.exec(amzDate);
  if (!parts) throw invalidSignature();
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function canonicalRequest(headers: IncomingHttpHeaders, signedNames: readonly string[]): string {
  const [path = '', query = ''] = first(headers[':path']).split('?');
  const lines = signedNames.map((name) => {
    // In HTTP/2 the authority pseudo-header may stand in for `host`.
    const value = name === 'host' ? (headers.host ?? headers[':authority']) : headers[name];
    return `${name}:${first(value).trim().replace(/\s+/g, ' ')}\n`;
  });
  return [
    first(headers[':method']),
    encodeURI(path),
    query.split('&').sort().join('&'),
    lines.join(''),
    signedNames.join(';'),
    // The Python SDK names no payload and signs for an empty one; the service takes both.
    first(headers['x-amz-content-sha256']) || EMPTY_SHA256,
  ].join('\n');
}

function signingKey(secret: string, day: string, region: string, service: string): KeyObject {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const step of [day, region, service, 'aws4_request']) key = hmac(key, step);
  return createSecretKey(key);
}

function encodeDateHeader(dateMs: number): Buffer {
  const header = Buffer.allocUnsafe(DATE_HEADER_NAME.length + 8);
  DATE_HEADER_NAME.copy(header);
  header.writeBigInt64BE(BigInt(dateMs), DATE_HEADER_NAME.length);
  return header;
}

function hmac(key: KeyObject | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function sameHex(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}

function first(value: string | readonly string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}

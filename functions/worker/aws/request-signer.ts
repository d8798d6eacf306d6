import { hash } from 'node:crypto';

import { KeyedHash } from './keyed-hash';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it is signed, but for its body: header names in lower case, values as sent. */
export interface RequestHead {
  readonly method: string;
  /** Without characters that would have to be escaped, and without a query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SignableRequest extends RequestHead {
  /** SHA-256 of the body as hex, or what stands for it. */
  readonly payloadHash: string;
}

/** What the signatures of requests with one head have in common; of the second it was made in. */
export interface SigningDraft {
  readonly key: KeyedHash;
  /** The canonical request up to the hash of its body. */
  readonly canonicalStart: string;
  /** The text to be signed up to the hash of the canonical request. */
  readonly textStart: string;
  /** The `Authorization` header up to the signature. */
  readonly authorizationStart: string;
}

/** What all signatures of one second have in common. */
export interface SigningTime {
  /** As in `x-amz-date`. */
  readonly amzDate: string;
  readonly scope: string;
  readonly key: KeyedHash;
}

/**
 * Signature Version 4 for one set of credentials, region and service. The key is derived once a
 * day, dates and scope are made once a second.
 */
export class RequestSigner {
  #second = NaN;
  #day = '';
  #time: SigningTime | undefined;

  constructor(
    readonly credentials: SigningCredentials,
    private readonly region: string,
    private readonly service: string,
  ) {}

  /** The same object throughout a second. */
  at(epochMs: number): SigningTime {
    const second = Math.floor(epochMs / 1000);
    if (second !== this.#second || this.#time === undefined) {
      this.#second = second;
      const amzDate = new Date(second * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
      this.#time = this.#timeOf(amzDate, amzDate.slice(0, 8));
    }
    return this.#time;
  }

  /** The `Authorization` header, and the signature in it. */
  authorize(request: SignableRequest, epochMs: number) {
    return signed(this.draft(request, epochMs), request.payloadHash);
  }

  /** All that can be done before the body is known; the head must say this second's date. */
  draft({ method, path, headers }: RequestHead, epochMs: number): SigningDraft {
    const { amzDate, scope, key } = this.at(epochMs);
    const names = Object.keys(headers).sort();
    const signedHeaders = names.join(';');
    const canonicalHeaders = names.map((name) => `${name}:${canonicalValue(headers[name] ?? '')}`);
    const credential = `${this.credentials.accessKeyId}/${scope}`;
    return {
      key,
      canonicalStart: [method, path, '', ...canonicalHeaders, '', signedHeaders, ''].join('\n'),
      textStart: `${ALGORITHM}\n${amzDate}\n${scope}\n`,
      authorizationStart: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=`,
    };
  }

  #timeOf(amzDate: string, day: string): SigningTime {
    const scope = `${day}/${this.region}/${this.service}/${TERMINATOR}`;
    if (day === this.#day && this.#time !== undefined) return { ...this.#time, amzDate };
    this.#day = day;
    return { amzDate, scope, key: new KeyedHash(this.#signingKey(day)) };
  }

  #signingKey(day: string): Buffer {
    let key = Buffer.from(`AWS4${this.credentials.secretAccessKey}`);
    for (const step of [day, this.region, this.service, TERMINATOR]) {
      key = Buffer.from(new KeyedHash(key).digest(Buffer.from(step, 'latin1')), 'hex');
    }
    return key;
  }
}

/** The `Authorization` header of the request with this body, and the signature in it. */
export function signed(draft: SigningDraft, payloadHash: string) {
  const text = draft.textStart + hash('sha256', draft.canonicalStart + payloadHash);
  const signature = draft.key.digest(Buffer.from(text, 'latin1'));
  return { authorization: draft.authorizationStart + signature, signature };
}

/** Whether both sign alike. */
export function isSameIdentity(left: SigningCredentials, right: SigningCredentials): boolean {
  return (
    left.accessKeyId === right.accessKeyId &&
    left.secretAccessKey === right.secretAccessKey &&
    left.sessionToken === right.sessionToken
  );
}

function canonicalValue(value: string): string {
  return value
    .replace(/[\r\n]/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim();
}

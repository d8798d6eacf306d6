import { hash } from 'node:crypto';

import { KeyedHash } from './keyed-hash';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it is signed: header names in lower case, values as they are sent. */
export interface SignableRequest {
  readonly method: string;
  /** Without characters that would have to be escaped, and without a query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body as hex, or what stands for it. */
  readonly payloadHash: string;
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
    const { amzDate, scope, key } = this.at(epochMs);
    const names = Object.keys(request.headers).sort();
    const canonical = [
      request.method,
      request.path,
      '',
      ...names.map((name) => `${name}:${canonicalValue(request.headers[name] ?? '')}`),
      '',
      names.join(';'),
      request.payloadHash,
    ].join('\n');
    const text = [ALGORITHM, amzDate, scope, hash('sha256', canonical)].join('\n');
    const signature = key.digest(Buffer.from(text, 'latin1'));
    const credential = `${this.credentials.accessKeyId}/${scope}`;
    return {
      authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
      signature,
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

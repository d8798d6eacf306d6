import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import dynalite from 'dynalite';

import { createTables } from '../../../local/dynamodb/tables';
import { LOCAL_ACCOUNT, LOCAL_REGION, listenLocally } from '../../../local/stand-in';
import { CHANNELS } from '../../../shared/call';
import type { CallRecord } from '../../../shared/record';
import { callIndexOf, isToneCall } from '../media/call-names';
import { machineMs } from '../process/clock';
import { serveRole } from '../process/role';
import { SCRIPT_FINAL_MS } from './script-final';

export interface StoreStart {
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface HeardSymbol {
  readonly text: string;
  readonly startMs: number;
}

export interface StoreReport {
  /** Call, channel, ordinal, machine time of the answer, again and again. */
  readonly stored: Float64Array;
  /** Records by type since the start. */
  readonly records: Readonly<Record<string, number>>;
}

export interface StoreMethods extends Record<string, (...args: never[]) => unknown> {
  start(options: StoreStart): Promise<{ url: string }>;
  openWindow(): void;
  closeWindow(): StoreReport;
  /** Machine time of each call's first record, by call. */
  firstRecords(): ReadonlyMap<number, number>;
  /** The words of one call of tones, per channel, as its log has them. */
  heard(index: number): readonly (readonly HeardSymbol[])[];
}

/** DynamoDB: dynalite, asked directly, with an eye on what is stored in the call log. */
export function serveStore(): void {
  const log = new LogWatch();
  serveRole({
    start: async ({ tls }: StoreStart) => {
      process.env.AWS_ACCOUNT_ID = LOCAL_ACCOUNT;
      process.env.AWS_REGION = LOCAL_REGION;
      const ssl = tls === undefined ? {} : { ssl: true, ...tls, ca: tls.cert };
      const server = dynalite({ createTableMs: 0, ...ssl });
      server.keepAliveTimeout = 0;
      server.prependListener('request', (request, response) => log.watch(request, response));
      const url = await listenLocally(server, 0, tls === undefined ? 'http' : 'https');
      await createTables((operation, input) => ask(url, operation, input));
      return { url };
    },
    openWindow: () => log.open(),
    closeWindow: () => log.report(),
    firstRecords: () => log.firstRecords,
    heard: (index: number) => log.heard(index),
  } satisfies StoreMethods);
}

class LogWatch {
  readonly firstRecords = new Map<number, number>();
  readonly #records: Record<string, number> = {};
  readonly #stored: number[] = [];
  /** Words of calls of tones; one call in twenty, as long as the bench runs. */
  readonly #heard = new Map<number, HeardSymbol[][]>();
  #isOpen = false;

  watch(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['x-amz-target'] !== 'DynamoDB_20120810.PutItem') return;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    response.once('finish', () => {
      if (response.statusCode === 200)
        this.#put(Buffer.concat(parts).toString('utf8'), machineMs());
    });
  }

  open(): void {
    this.#isOpen = true;
    this.#stored.length = 0;
  }

  report(): StoreReport {
    this.#isOpen = false;
    return { stored: Float64Array.from(this.#stored), records: { ...this.#records } };
  }

  heard(index: number): HeardSymbol[][] {
    return this.#heard.get(index) ?? CHANNELS.map(() => []);
  }

  #put(body: string, atMs: number): void {
    const { Item: item } = JSON.parse(body) as { Item?: Record<string, { S?: string }> };
    const type = item?.type?.S;
    const call = callIndexOf(item?.callId?.S);
    if (item?.record?.S === undefined || type === undefined || Number.isNaN(call)) return;
    if (!this.firstRecords.has(call)) this.firstRecords.set(call, atMs);
    this.#records[type] = (this.#records[type] ?? 0) + 1;
    if (type !== 'segment') return;
    const { fact } = JSON.parse(item.record.S) as CallRecord;
    if (fact.type !== 'segment') return;
    const channel = CHANNELS.indexOf(fact.channel);
    if (isToneCall(call)) {
      const heard = this.heard(call);
      this.#heard.set(call, heard);
      heard[channel]?.push(...fact.words.map(({ text, startMs }) => ({ text, startMs })));
    } else if (this.#isOpen) {
      this.#stored.push(call, channel, Math.ceil(fact.endMs / SCRIPT_FINAL_MS), atMs);
    }
  }
}

/** One request of ours; dynalite wants the parts of a signature to be there, and checks none. */
function ask(url: string, operation: string, input: object): Promise<unknown> {
  const request = url.startsWith('https') ? httpsRequest : httpRequest;
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
    'x-amz-date': '20200101T000000Z',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  return new Promise((resolve, reject) => {
    // It is this process's own server, with a certificate that nobody has signed.
    const outgoing = request(url, { method: 'POST', headers, rejectUnauthorized: false });
    outgoing.once('error', reject);
    outgoing.once('response', (response: IncomingMessage) => {
      response.resume();
      if (response.statusCode === 200) response.once('end', resolve);
      else reject(new Error(`${operation}: ${response.statusCode}`));
    });
    outgoing.end(JSON.stringify(input));
  });
}

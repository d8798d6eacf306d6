import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StandIn } from '../stand-in';
import { listenLocally } from '../stand-in';
import { CONTROL_OPERATIONS, findStream, parseInput, streamReferenceSchema } from './control-api';
import { StreamFaults } from './faults';
import { answerGetMedia } from './get-media';
import { LocalProducer } from './local-producer';
import type { LocalProducerOptions } from './local-producer';
import type { MediaStream } from './media-stream';
import { DEFAULT_BEHAVIOUR, DEFAULT_LIMITS } from './options';
import type { KinesisVideoOptions, StreamBehaviour } from './options';
import { answerPutMedia } from './put-media';
import { sendServiceError, ServiceError } from './service-error';
import { startSelectorSchema } from './start-selector';
import type { FragmentInfo } from './stored-fragment';
import { StreamRegistry } from './stream-registry';
import type { CreateStreamOptions } from './stream-registry';

/** No JSON request of this API comes near; more is refused before it is held. */
const MAX_JSON_BYTES = 65_536;
const EXPIRE_EVERY_MS = 5_000;
const AUTO_CREATE_RETENTION_HOURS = 1;

const getMediaSchema = streamReferenceSchema.extend({ StartSelector: startSelectorSchema });

/** Open connections and held media at this moment. */
export interface KinesisVideoStatistics {
  readonly getMediaConnections: number;
  readonly putMediaConnections: number;
  readonly mediaBytes: number;
}

export interface KinesisVideoStandIn extends StandIn {
  /** As CreateStream; returns the ARN. */
  createStream(name: string, options?: CreateStreamOptions): string;
  /** As DeleteStream: readers' bodies end, producers get error 4008. */
  deleteStream(nameOrArn: string): void;
  /** Names and ARNs. */
  streams(): { name: string; arn: string }[];
  /** What the stream holds now, in order. Complete truth comes with `onFragment`. */
  fragments(nameOrArn: string): FragmentInfo[];
  setBehaviour(nameOrArn: string, behaviour: Partial<StreamBehaviour>): void;
  /** Puts fragments into a stream without HTTP and without PutMedia's rules. */
  openProducer(nameOrArn: string, options: LocalProducerOptions): LocalProducer;
  statistics(): KinesisVideoStatistics;
}

/**
 * Kinesis Video Streams on 127.0.0.1: the control calls, PutMedia and GetMedia as the AWS SDKs
 * speak them. Signatures are not checked. The control endpoint is the data endpoint of all streams.
 */
export async function startKinesisVideo(
  options: KinesisVideoOptions = {},
): Promise<KinesisVideoStandIn> {
  const service = new KinesisVideoService(options);
  const server = createServer(
    // A PutMedia body takes as long as a call does.
    { requestTimeout: 0, keepAliveTimeout: 60_000 },
    (request, response) => void service.answer(request, response),
  );
  service.url = await listenLocally(server, options.port);
  const expiry = setInterval(() => service.registry.expire(), EXPIRE_EVERY_MS).unref();
  const { registry } = service;
  return {
    url: service.url,
    close: () =>
      new Promise((resolve) => {
        clearInterval(expiry);
        server.close(() => {
          registry.close();
          resolve();
        });
        server.closeAllConnections();
      }),
    createStream: (name, create) => registry.create(name, create).arn,
    deleteStream: (nameOrArn) => registry.delete(registry.get(nameOrArn)),
    streams: () => registry.list().map(({ name, arn }) => ({ name, arn })),
    fragments: (nameOrArn) => fragmentsOf(registry.get(nameOrArn)),
    setBehaviour: (nameOrArn, behaviour) => {
      const stream = registry.get(nameOrArn);
      stream.behaviour = { ...stream.behaviour, ...behaviour };
    },
    openProducer: (nameOrArn, producer) =>
      new LocalProducer(registry.get(nameOrArn), service.nowMs, options.onFragment, producer),
    statistics: () => service.statistics(),
  };
}

class KinesisVideoService {
  url = '';
  readonly registry: StreamRegistry;
  readonly nowMs: () => number;
  readonly #limits;
  readonly #random: () => number;

  constructor(private readonly options: KinesisVideoOptions) {
    this.nowMs = options.nowMs ?? Date.now;
    this.#random = options.random ?? Math.random;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.registry = new StreamRegistry({
      limits: this.#limits,
      behaviour: { ...DEFAULT_BEHAVIOUR, ...options.behaviour },
      nowMs: this.nowMs,
      random: this.#random,
      dataDir: options.dataDir,
    });
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (reason) {
      sendServiceError(response, reason);
    }
  }

  statistics(): KinesisVideoStatistics {
    const streams = this.registry.list();
    return {
      getMediaConnections: streams.reduce((sum, stream) => sum + stream.getMediaConnections, 0),
      putMediaConnections: streams.reduce((sum, stream) => sum + stream.putMediaConnections, 0),
      mediaBytes: this.registry.memory.bytes,
    };
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (request.method === 'POST' && path === '/putMedia') {
      this.#putMedia(request, response);
      return;
    }
    const operation = CONTROL_OPERATIONS.get(path);
    if (request.method !== 'POST' || (operation === undefined && path !== '/getMedia')) {
      throw new ServiceError('UnknownOperationException', 'no such operation');
    }
    const body = await readJson(request);
    if (operation === undefined) {
      this.#getMedia(body, response);
      return;
    }
    const { registry, nowMs } = this;
    const services = { registry, nowMs, random: this.#random, board: this.options.faults };
    const answer = operation({ ...services, url: () => this.url }, body);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #putMedia(request: IncomingMessage, response: ServerResponse): void {
    const stream = this.#putMediaStream(request);
    answerPutMedia({
      request,
      response,
      stream,
      limits: this.#limits,
      faults: this.#faults(stream),
      nowMs: this.nowMs,
      onFragment: this.options.onFragment,
      deleteStream: () => this.registry.delete(stream),
    });
  }

  #putMediaStream({ headers }: IncomingMessage): MediaStream {
    const name = headers['x-amzn-stream-name'];
    const named = headers['x-amzn-stream-arn'] ?? name;
    if (typeof named !== 'string') {
      throw new ServiceError('InvalidArgumentException', 'x-amzn-stream-name or -arn is needed');
    }
    const found = this.registry.find(named);
    if (found !== undefined || this.options.autoCreate !== true || named !== name) {
      return found ?? this.registry.get(named);
    }
    return this.registry.create(name, { retentionHours: AUTO_CREATE_RETENTION_HOURS });
  }

  #getMedia(body: unknown, response: ServerResponse): void {
    const input = parseInput(getMediaSchema, body);
    const stream = findStream(this.registry, input);
    answerGetMedia({
      response,
      stream,
      selector: input.StartSelector,
      limits: this.#limits,
      faults: this.#faults(stream),
      nowMs: this.nowMs,
    });
  }

  #faults(stream: MediaStream): StreamFaults {
    return new StreamFaults(this.options.faults, stream.name, this.#random);
  }
}

function fragmentsOf(stream: MediaStream): FragmentInfo[] {
  return stream.fragments
    .filter(({ state }) => state !== 'dropped')
    .map((fragment) => fragment.info(stream.name));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MAX_JSON_BYTES) {
      throw new ServiceError('InvalidArgumentException', 'the request body is too long');
    }
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as unknown;
  } catch {
    throw new ServiceError('InvalidArgumentException', 'the request body is no JSON');
  }
}

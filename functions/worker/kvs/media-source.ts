import {
  APIName,
  GetDataEndpointCommand,
  type KinesisVideoClient,
} from '@aws-sdk/client-kinesis-video';
import {
  GetMediaCommand,
  StartSelectorType,
  type KinesisVideoMediaClient,
  type StartSelector,
} from '@aws-sdk/client-kinesis-video-media';
import type { Readable } from 'node:stream';

import { CallscribeError } from '../../../shared/errors';
import { kvsError } from './errors';
import type { StartPosition } from './start-position';

/** Streams whose endpoint is kept; beyond it the oldest is asked for again when it is needed. */
const MAX_ENDPOINTS = 10_000;
/** AWS answers with a few hosts for all streams. A client let go still serves its connections. */
const MAX_CLIENTS = 64;

/** Opens GetMedia responses; endpoints and their clients are kept and renewed on failure. */
export class MediaSource {
  readonly #endpoints = new Map<string, Promise<string>>();
  readonly #clients = new Map<string, KinesisVideoMediaClient>();

  constructor(
    private readonly control: KinesisVideoClient,
    private readonly createClient: (endpoint: string) => KinesisVideoMediaClient,
  ) {}

  /**
   * The body of one response, from `position` on, until it ends, fails (`stream-error`,
   * retryable) or the signal aborts. Throws CallscribeError when it cannot be opened.
   */
  async open(
    streamArn: string,
    position: StartPosition,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    try {
      const endpoint = await this.#endpoint(streamArn);
      const response = await this.#client(endpoint).send(
        new GetMediaCommand({ StreamARN: streamArn, StartSelector: selectorOf(position) }),
        { abortSignal: signal },
      );
      if (response.Payload === undefined) {
        throw new CallscribeError('stream-error', 'GetMedia answered without a body', {
          retryable: true,
        });
      }
      return bodyOf(response.Payload as unknown as Readable, streamArn, signal);
    } catch (reason) {
      // Whatever failed, the endpoint may be stale: the next attempt asks for it again.
      this.#endpoints.delete(streamArn);
      throw kvsError(reason, streamArn);
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  #endpoint(streamArn: string): Promise<string> {
    let endpoint = this.#endpoints.get(streamArn);
    if (endpoint === undefined) {
      endpoint = this.#askForEndpoint(streamArn);
      keep(this.#endpoints, streamArn, endpoint, MAX_ENDPOINTS);
    }
    return endpoint;
  }

  async #askForEndpoint(streamArn: string): Promise<string> {
    const { DataEndpoint } = await this.control.send(
      new GetDataEndpointCommand({ StreamARN: streamArn, APIName: APIName.GET_MEDIA }),
    );
    if (DataEndpoint !== undefined) return DataEndpoint;
    throw new CallscribeError('unavailable', 'GetDataEndpoint answered without an endpoint', {
      retryable: true,
      context: { streamArn },
    });
  }

  #client(endpoint: string): KinesisVideoMediaClient {
    let client = this.#clients.get(endpoint);
    if (client === undefined) {
      client = this.createClient(endpoint);
      keep(this.#clients, endpoint, client, MAX_CLIENTS);
    }
    return client;
  }
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value, bound: number): void {
  map.set(key, value);
  if (map.size <= bound) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function selectorOf(position: StartPosition): StartSelector {
  switch (position.type) {
    case 'after':
      return {
        StartSelectorType: StartSelectorType.FRAGMENT_NUMBER,
        AfterFragmentNumber: position.fragmentNumber,
      };
    case 'producer-time':
      return {
        StartSelectorType: StartSelectorType.PRODUCER_TIMESTAMP,
        StartTimestamp: new Date(position.epochMs),
      };
    case 'earliest':
      return { StartSelectorType: StartSelectorType.EARLIEST };
  }
}

/** Listens to the signal from now on, not from the first read: nobody may come to read it. */
function bodyOf(
  body: Readable,
  streamArn: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const abort = () => void body.destroy();
  signal.addEventListener('abort', abort, { once: true });
  body.once('close', () => signal.removeEventListener('abort', abort));
  if (signal.aborted) abort();
  return readBody(body, streamArn, signal);
}

async function* readBody(
  body: Readable,
  streamArn: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of body) yield bytes as Uint8Array;
  } catch (reason) {
    if (!signal.aborted) throw kvsError(reason, streamArn);
  } finally {
    body.destroy();
  }
}

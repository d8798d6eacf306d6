import {
  APIName,
  GetDataEndpointCommand,
  type KinesisVideoClient,
} from '@aws-sdk/client-kinesis-video';

import { CallscribeError } from '../../../shared/errors';
import { keep } from '../../../shared/keep';
import { kvsError } from './errors';
import type { MediaReader } from './media-request';
import type { StartPosition } from './start-position';

/** Streams whose endpoint is kept; beyond it the oldest is asked for again when it is needed. */
const MAX_ENDPOINTS = 10_000;

/** Opens GetMedia responses; streams' endpoints are kept and renewed on failure. */
export class MediaSource {
  readonly #endpoints = new Map<string, Promise<string>>();

  constructor(
    private readonly control: KinesisVideoClient,
    private readonly reader: MediaReader,
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
      return await this.reader.open(endpoint, { streamArn, position }, signal);
    } catch (reason) {
      // Whatever failed, the endpoint may be stale: the next attempt asks for it again.
      this.#endpoints.delete(streamArn);
      throw kvsError(reason, streamArn);
    }
  }

  close(): void {
    this.reader.close();
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
}

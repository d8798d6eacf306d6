import { GetMediaCommand, type KinesisVideoMediaClient } from '@aws-sdk/client-kinesis-video-media';
import type { Readable } from 'node:stream';

import { CallscribeError } from '../../../shared/errors';
import { keep } from '../../../shared/keep';
import { kvsError } from './errors';
import { selectorOf, type MediaReader, type MediaRequest } from './media-request';

/** AWS answers with a few hosts for all streams. A client let go still serves its connections. */
const MAX_CLIENTS = 64;

/** GetMedia through the SDK (`MEDIA_READER=sdk`). */
export class SdkMediaReader implements MediaReader {
  readonly #clients = new Map<string, KinesisVideoMediaClient>();

  constructor(private readonly createClient: (endpoint: string) => KinesisVideoMediaClient) {}

  async open(
    endpoint: string,
    { streamArn, position }: MediaRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
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
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
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

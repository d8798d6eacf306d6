import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { CallscribeError } from '../../shared/errors';
import type { ErrorCode } from '../../shared/errors';
import type { TagSpec, TrackSpec } from '../mkv/writer';
import type { Acknowledgement } from './acknowledgement';
import { FragmentEncoder } from './fragment-encoder';
import type { ProducerFragment, ProducerPiece } from './fragment-encoder';

/** One acknowledgement is about 150 bytes; a longer line is no acknowledgement. */
const MAX_LINE_LENGTH = 65_536;

export type { ProducerFragment, ProducerPiece } from './fragment-encoder';

export interface PutMediaOptions {
  /** What GetDataEndpoint returned for PUT_MEDIA. */
  readonly endpoint: string;
  /** Name or ARN. */
  readonly stream: string;
  readonly tracks: readonly TrackSpec[];
  /** Of every fragment, such as ContactId. */
  readonly tags?: readonly TagSpec[];
  /** Sent as they come; the iterable sets the pace. */
  readonly fragments: AsyncIterable<ProducerFragment | ProducerPiece>;
  /** With RELATIVE, timecodes count from the first fragment. Default ABSOLUTE. */
  readonly timecodeType?: 'ABSOLUTE' | 'RELATIVE';
  readonly clusterSize?: 'known' | 'unknown';
  readonly endOfFragmentTags?: boolean;
  readonly onAcknowledgement?: (acknowledgement: Acknowledgement) => void;
  /** Breaks the connection off, as a producer that dies. */
  readonly signal?: AbortSignal;
}

export interface PutMediaResult {
  /** Fragments that the service has received, in order. */
  readonly fragmentNumbers: readonly string[];
}

/**
 * Plays fragments into a stream over one PutMedia call (unsigned, so for the stand-in) and resolves
 * when the last is received. Throws CallscribeError: `stream-not-found`, `quota-exceeded`,
 * `access-denied`, `unavailable`, `aborted`, or `stream-error` with the ErrorId when the service
 * refuses a fragment or closes early.
 */
export async function putMedia(options: PutMediaOptions): Promise<PutMediaResult> {
  const iterator = options.fragments[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done === true) return { fragmentNumbers: [] };
    return await new PutMediaUpload(options).run(first.value, iterator);
  } finally {
    // Not awaited: a source that waits for its pace would hold up the error.
    void iterator.return?.().then(undefined, () => undefined);
  }
}

class PutMediaUpload {
  readonly #received: string[] = [];
  #settled = false;
  #failure: CallscribeError | undefined;
  #interrupt: (() => void) | undefined;

  constructor(private readonly options: PutMediaOptions) {}

  async run(
    first: ProducerFragment | ProducerPiece,
    rest: AsyncIterator<ProducerFragment | ProducerPiece>,
  ): Promise<PutMediaResult> {
    const startMs = first.producerTimestampMs ?? 0;
    const relative = this.options.timecodeType === 'RELATIVE';
    const encoder = new FragmentEncoder({
      ...this.options,
      timecodeBaseMs: relative ? startMs : 0,
    });
    const request = this.#openRequest(startMs);
    const answered = this.#readAnswer(request).then(
      () => this.#settle(),
      (reason: unknown) => this.#settle(this.#explain(reason)),
    );
    try {
      let item: IteratorResult<ProducerFragment | ProducerPiece> = { value: first, done: false };
      while (item.done !== true) {
        const bytes = encoder.encode(item.value);
        if (bytes.length > 0 && !request.write(bytes)) {
          await this.#unlessAnswered(once(request, 'drain'));
        }
        item = await this.#unlessAnswered(rest.next());
      }
      request.end(encoder.end());
      await answered;
    } catch (reason) {
      request.destroy();
      throw reason;
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#received.length < encoder.fragments) throw this.#closedEarly();
    return { fragmentNumbers: this.#received };
  }

  /** Waits for the step, but no longer than the service goes on answering. */
  #unlessAnswered<Result>(step: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => reject(this.#failure ?? this.#closedEarly());
      step.then(resolve, (reason: unknown) => reject(this.#failure ?? reason));
      if (this.#settled) this.#interrupt();
    });
  }

  #settle(failure?: CallscribeError): void {
    this.#settled = true;
    this.#failure = failure;
    this.#interrupt?.();
  }

  #openRequest(startMs: number): ClientRequest {
    const { endpoint, stream, timecodeType, signal } = this.options;
    const request = httpRequest(new URL('/putMedia', endpoint), {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        [stream.startsWith('arn:') ? 'x-amzn-stream-arn' : 'x-amzn-stream-name']: stream,
        'x-amzn-fragment-timecode-type': timecodeType ?? 'ABSOLUTE',
        'x-amzn-producer-start-timestamp': (startMs / 1000).toFixed(3),
        'transfer-encoding': 'chunked',
      },
    });
    request.setNoDelay(true);
    // Reading the answer reports what breaks; writing must not throw it a second time.
    return request.on('error', () => undefined);
  }

  /** Reads acknowledgements until the service ends its answer. */
  async #readAnswer(request: ClientRequest): Promise<void> {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    let pending = '';
    for await (const text of response as AsyncIterable<string>) {
      pending += text;
      if (response.statusCode !== 200) continue;
      const lines = pending.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) this.#acknowledge(line);
      if (pending.length > MAX_LINE_LENGTH) throw this.#streamError('sent an endless line');
    }
    if (response.statusCode !== 200) throw this.#refused(response);
  }

  #acknowledge(line: string): void {
    if (line.trim() === '') return;
    const acknowledgement = JSON.parse(line) as Acknowledgement;
    this.options.onAcknowledgement?.(acknowledgement);
    const { EventType, FragmentNumber, ErrorId, ErrorCode } = acknowledgement;
    if (EventType === 'RECEIVED' && FragmentNumber !== undefined) {
      this.#received.push(FragmentNumber);
    }
    if (EventType === 'ERROR') {
      throw this.#streamError(`refused a fragment: ${ErrorId} ${ErrorCode}`, FragmentNumber);
    }
  }

  #refused(response: IncomingMessage): CallscribeError {
    const name = String(response.headers['x-amzn-errortype'] ?? response.statusCode);
    const code = CODE_BY_ERROR[name] ?? 'stream-error';
    const retryable = code === 'quota-exceeded' || code === 'unavailable';
    return new CallscribeError(code, `PutMedia to ${this.options.stream} was refused: ${name}`, {
      retryable,
    });
  }

  #closedEarly(): CallscribeError {
    return this.#streamError('closed the connection before all was received; play it again');
  }

  #streamError(what: string, fragmentNumber?: string): CallscribeError {
    const message = `Kinesis Video ${what} (stream ${this.options.stream})`;
    return new CallscribeError('stream-error', message, { context: { fragmentNumber } });
  }

  #explain(reason: unknown): CallscribeError {
    if (reason instanceof CallscribeError) return reason;
    const aborted = this.options.signal?.aborted === true;
    const what = aborted ? 'PutMedia was broken off' : 'the connection to Kinesis Video failed';
    return new CallscribeError(aborted ? 'aborted' : 'unavailable', what, {
      cause: reason,
      retryable: !aborted,
    });
  }
}

const CODE_BY_ERROR: Readonly<Record<string, ErrorCode | undefined>> = {
  ResourceNotFoundException: 'stream-not-found',
  ClientLimitExceededException: 'quota-exceeded',
  ConnectionLimitExceededException: 'quota-exceeded',
  NotAuthorizedException: 'access-denied',
  ServiceUnavailableException: 'unavailable',
};

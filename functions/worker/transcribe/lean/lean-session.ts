import {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';

import type { Clock, Ticker } from '../../../../shared/clock';
import type { CallscribeError } from '../../../../shared/errors';
import { Mailbox } from '../../../../shared/mailbox';
import { errorOfAnswer } from '../../aws/answer-error';
import { sessionError } from '../errors';
import { letGo, type TranscribeSession } from '../session';
import type { SessionResult } from '../session-result';
import { EventDecoder, type EventMessage } from './event-decoder';
import type { FrameWriter } from './frame-writer';
import type { LeanService } from './lean-service';
import { openStream } from './open-stream';
import { watchEndOfStream } from './end-of-stream';
import { errorOfMessage } from './service-error';
import type { SessionRequest } from './session-request';

/** The first event of a healthy session comes within seconds; connecting counts too. */
const START_DEADLINE_MS = 30_000;
/**
 * After the end frame the service hears what is left and says so; silent for longer than this it
 * has forgotten us.
 */
const FLUSH_DEADLINE_MS = 60_000;
/** Results that wait for their reader; beyond it the stream is paused: flow control. */
const WAITING_RESULTS = 64;
/** Results that nobody asked for show no more than that the service hears: so often is enough. */
const SIGN_OF_LIFE_MS = 1_000;
/** Of an error answer's body so much is kept: some hundred bytes of JSON are usual. */
const MAX_ANSWER_BYTES = 16 * 1024;
const HTTP_OK = 200;

export interface LeanSessionDeps {
  readonly service: LeanService;
  readonly clock: Clock;
  /** For the deadlines: no timer per session. */
  readonly ticker: Ticker;
}

/**
 * A session over one HTTP/2 connection of its own, its frames built and signed here. It has ended
 * well only if our end frame went out and the service then closed its side with END_STREAM: a
 * connection that drops, a reset or an event cut in two is a failure at any time.
 *
 * Audio that the connection does not take yet is held by the stream up to its high-water mark
 * (16 KB, and one chunk above); then `write` waits.
 */
export class LeanSession implements TranscribeSession {
  readonly accepted: Promise<boolean>;
  readonly results: AsyncIterable<readonly SessionResult[]>;
  readonly #request: SessionRequest;
  readonly #deps: LeanSessionDeps;
  readonly #output = new Mailbox<readonly SessionResult[]>();
  readonly #decoder = new EventDecoder();
  /** Chunks that were written before the connection was begun: one, of a writer that awaits. */
  #early: Uint8Array[] = [];
  #wakeWriters: (() => void)[] = [];
  #accept: (accepted: boolean) => void = () => undefined;
  #connection: ClientHttp2Session | undefined;
  #stream: ClientHttp2Stream | undefined;
  #frames: FrameWriter | undefined;
  #answer: { readonly headers: IncomingHttpHeaders; body: Buffer } | undefined;
  #isAccepted = false;
  #lastSignMs = -Infinity;
  #ending = false;
  #isOver = false;
  /** The service's END_STREAM was seen, which a dropped connection does not have. */
  #isRemoteEnd: () => boolean = () => false;
  #deadlineMs = Infinity;
  #stopTicks: (() => void) | undefined;

  constructor(request: SessionRequest, deps: LeanSessionDeps) {
    this.#request = request;
    this.#deps = deps;
    this.accepted = new Promise((resolve) => (this.#accept = resolve));
    this.results = { [Symbol.asyncIterator]: () => this.#iterator() };
    this.#setDeadline(START_DEADLINE_MS);
    this.#open().catch((reason: unknown) => this.#fail(sessionError(reason)));
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#isOver || this.#ending || this.#answer !== undefined) return undefined;
    const stream = this.#stream;
    if (stream === undefined) {
      this.#early.push(bytes);
      return this.#woken();
    }
    return this.#send(stream, bytes) ? undefined : this.#woken();
  }

  end(): void {
    if (this.#isOver || this.#ending) return;
    this.#ending = true;
    if (this.#stream !== undefined) this.#sendEnd(this.#stream);
  }

  abort(): void {
    this.#fail(letGo());
  }

  async #open(): Promise<void> {
    const { service } = this.#deps;
    const endpoint = await service.endpoint();
    const signer = await service.signer();
    if (this.#isOver) return;
    const connection = service.connect(endpoint.origin);
    this.#connection = connection;
    connection.on('error', (reason: unknown) => this.#fail(sessionError(reason)));
    const opened = openStream(connection, endpoint, this.#request, {
      signer,
      stock: service.stock,
      epochMs: this.#deps.clock.epochMs(),
    });
    this.#frames = opened.frames;
    this.#stream = opened.stream;
    this.#listen(opened.stream);
    if (this.#request.configuration !== undefined) {
      const event = opened.frames.jsonEvent(
        'ConfigurationEvent',
        this.#request.configuration,
        this.#deps.clock.epochMs(),
      );
      opened.stream.write(event);
    }
    for (const bytes of this.#early) this.#send(opened.stream, bytes);
    this.#early = [];
    if (this.#ending) this.#sendEnd(opened.stream);
    this.#wake();
  }

  #listen(stream: ClientHttp2Stream): void {
    this.#isRemoteEnd = watchEndOfStream(stream);
    stream.on('error', (reason: unknown) => this.#fail(sessionError(reason)));
    stream.once('response', (headers) => {
      if (headers[':status'] !== HTTP_OK) this.#answer = { headers, body: Buffer.alloc(0) };
    });
    stream.on('data', (piece: Buffer) => this.#take(piece));
    stream.on('drain', () => this.#wake());
    stream.once('end', () => this.#settle());
    stream.once('finish', () => this.#settle());
    stream.once('close', () => this.#settle());
  }

  /** False when the writer should wait. */
  #send(stream: ClientHttp2Stream, bytes: Uint8Array): boolean {
    const frame = this.#frames?.audio(bytes, this.#deps.clock.epochMs());
    return frame === undefined || stream.write(frame.bytes, frame.sent);
  }

  #sendEnd(stream: ClientHttp2Stream): void {
    stream.end(this.#frames?.end(this.#deps.clock.epochMs()));
    this.#setDeadline(FLUSH_DEADLINE_MS);
  }

  #take(piece: Buffer): void {
    if (this.#isOver) return;
    if (this.#answer !== undefined) {
      const body = Buffer.concat([this.#answer.body, piece]);
      this.#answer.body = body.subarray(0, MAX_ANSWER_BYTES);
      return;
    }
    try {
      this.#decoder.push(piece, (message) => this.#takeMessage(message));
    } catch (reason) {
      this.#fail(sessionError(reason));
    }
  }

  #takeMessage(message: EventMessage): void {
    if (this.#isOver) return;
    const error = errorOfMessage(message);
    if (error !== undefined) return this.#fail(sessionError(error));
    if (!this.#isAccepted) {
      this.#isAccepted = true;
      this.#accept(true);
      if (!this.#ending) this.#clearDeadline();
    }
    if (this.#ending) this.#setDeadline(FLUSH_DEADLINE_MS);
    const results = this.#request.resultsOf(message);
    if (results === undefined) return;
    if (results.length === 0 && !this.#isSignDue()) return;
    this.#output.push(results);
    if (this.#output.size >= WAITING_RESULTS) this.#stream?.pause();
  }

  #isSignDue(): boolean {
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#lastSignMs < SIGN_OF_LIFE_MS) return false;
    this.#lastSignMs = nowMs;
    return true;
  }

  /** Called at every event that may have been the stream's last. */
  #settle(): void {
    const stream = this.#stream;
    if (this.#isOver || stream === undefined) return;
    if (this.#answer !== undefined) {
      if (!stream.readableEnded && !stream.destroyed) return;
      const { headers, body } = this.#answer;
      return this.#fail(sessionError(errorOfAnswer(Number(headers[':status']), headers, body)));
    }
    if (stream.readableEnded && this.#isRemoteEnd()) {
      if (this.#decoder.isMidMessage) return this.#failAs('an event was cut off');
      if (!this.#ending) return this.#failAs('the service ended the session on its own');
      if (stream.writableFinished) return this.#finish();
    }
    // A reset or a lost connection; or an end that came before ours had left.
    if (stream.destroyed) this.#failAs(`the stream was cut (code ${stream.rstCode ?? 'unknown'})`);
    else if (stream.readableEnded && !this.#isRemoteEnd()) this.#failAs('the stream was cut');
  }

  #failAs(message: string): void {
    this.#fail(sessionError(new Error(message)));
  }

  #finish(): void {
    this.#output.close();
    this.#letGo();
  }

  #fail(error: CallscribeError): void {
    if (this.#isOver) return;
    this.#output.fail(error);
    this.#letGo();
  }

  #letGo(): void {
    this.#isOver = true;
    this.#early = [];
    this.#accept(false);
    this.#clearDeadline();
    this.#wake();
    this.#stream?.close(constants.NGHTTP2_CANCEL);
    this.#connection?.destroy();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  #wake(): void {
    const waiting = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const wake of waiting) wake();
  }

  #setDeadline(ms: number): void {
    const { clock, ticker } = this.#deps;
    this.#deadlineMs = clock.monotonicMs() + ms;
    this.#stopTicks ??= ticker.listen(() => {
      // What waits for its reader keeps the service from saying more.
      if (this.#output.size > 0) this.#deadlineMs = clock.monotonicMs() + FLUSH_DEADLINE_MS;
      else if (clock.monotonicMs() >= this.#deadlineMs) this.#fail(letGo());
    });
  }

  #clearDeadline(): void {
    this.#stopTicks?.();
    this.#stopTicks = undefined;
  }

  #iterator(): AsyncIterator<readonly SessionResult[], undefined> {
    return {
      next: () => {
        const next = this.#output.take();
        if (this.#stream?.isPaused() === true && this.#output.size < WAITING_RESULTS / 2) {
          this.#stream.resume();
        }
        return next;
      },
      return: () => {
        this.abort();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';

import { listenLocally } from '../../../local/stand-in';
import { machineMs } from '../process/clock';
import type { CallAudio } from './audio';
import { LOOP_SECONDS } from './audio';
import type { BenchCall } from './call-clock';
import { callIndexOfArn, isToneCall } from './call-names';
import { FragmentTemplate, fragmentOf } from './fragment-template';
import { FRAGMENT_MS, PIECES_PER_FRAGMENT, PIECE_MS, encodePieces } from './pieces';

/** How often it is looked which pieces are due. Calls are spread over the time of a piece. */
const TICK_MS = 1;
const CRLF = Buffer.from('\r\n');

interface Selector {
  readonly StartSelectorType?: string;
  readonly AfterFragmentNumber?: string;
  readonly StartTimestamp?: number;
}

/** Encoded blocks of one loop, [fragment][piece], and the same as chunks of an HTTP body. */
interface Loop {
  readonly pieces: readonly (readonly Buffer[])[];
  readonly chunks: readonly (readonly Buffer[])[];
}

interface Reader {
  readonly socket: Socket;
  readonly call: BenchCall;
  readonly loop: Loop;
  /** The next piece, counted from the call's start. */
  next: number;
  isBlocked: boolean;
}

export interface MediaServerOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly noise: CallAudio;
  readonly tones: CallAudio;
  callOf(index: number): BenchCall | undefined;
}

export interface MediaServer {
  readonly url: string;
  readonly readers: number;
  close(): void;
}

/**
 * Kinesis Video for thousands of calls on one core: GetDataEndpoint and GetMedia over HTTP/1.1 with
 * chunked bodies, fragments as AWS sends them. All calls share their encoded blocks; only what
 * bears a call's name or time is made anew. Nothing else of the service is here.
 */
export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const media = new MediaService(options);
  const listener: RequestListener = (request, response) => void media.answer(request, response);
  const settings = { requestTimeout: 0, keepAliveTimeout: 60_000, noDelay: true };
  const server: Server = options.tls
    ? createTlsServer({ ...settings, ...options.tls }, listener)
    : createServer(settings, listener);
  media.url = await listenLocally(server, 0, options.tls ? 'https' : 'http');
  const timer = setInterval(() => media.tick(), TICK_MS);
  return {
    url: media.url,
    get readers() {
      return media.readers;
    },
    close: () => {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

class MediaService {
  url = '';
  readonly #template = new FragmentTemplate();
  readonly #noise: Loop;
  readonly #tones: Loop;
  /** Readers by the millisecond of a piece's time in which theirs is due. */
  readonly #slots = Array.from({ length: PIECE_MS }, () => new Set<Reader>());
  #tickedTo = Math.floor(machineMs());

  constructor(private readonly options: MediaServerOptions) {
    this.#noise = loopOf(options.noise);
    this.#tones = loopOf(options.tones);
  }

  get readers(): number {
    return this.#slots.reduce((sum, { size }) => sum + size, 0);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readJson(request);
      const call = this.options.callOf(callIndexOfArn(String(body.StreamARN)));
      if (call === undefined) return refuse(response, 404, 'ResourceNotFoundException');
      if (request.url === '/getDataEndpoint') {
        const answer = JSON.stringify({ DataEndpoint: this.url });
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      } else if (request.url === '/getMedia') {
        this.#open(response, call, body.StartSelector as Selector);
      } else refuse(response, 400, 'UnknownOperationException');
    } catch {
      refuse(response, 400, 'InvalidArgumentException');
    }
  }

  tick(): void {
    const now = machineMs();
    const to = Math.floor(now);
    const from = Math.max(this.#tickedTo + 1, to - PIECE_MS + 1);
    for (let ms = from; ms <= to; ms++) {
      for (const reader of this.#slots[ms % PIECE_MS] ?? []) this.#pump(reader, now);
    }
    this.#tickedTo = to;
  }

  #open(response: ServerResponse, call: BenchCall, selector: Selector): void {
    const { socket } = response;
    if (socket === null) return;
    response.writeHead(200, { 'content-type': 'video/webm', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    const first = firstFragment(call, selector);
    const loop = isToneCall(call.index) ? this.#tones : this.#noise;
    const next = first * PIECES_PER_FRAGMENT;
    const reader: Reader = { socket, call, loop, next, isBlocked: false };
    // A millisecond later, so that the piece is due when its slot is.
    const slot = this.#slots[Math.ceil(call.startMs) % PIECE_MS];
    slot?.add(reader);
    socket.on('drain', () => {
      reader.isBlocked = false;
      this.#pump(reader, machineMs());
    });
    socket.once('close', () => slot?.delete(reader));
    this.#pump(reader, machineMs());
  }

  /** Writes what is due. The bodies are raw chunks: `ServerResponse.write` costs twice as much. */
  #pump(reader: Reader, nowMs: number): void {
    const { call, socket } = reader;
    const due = call.spokenPieces(nowMs);
    while (reader.next < due && !reader.isBlocked && socket.writable) {
      call.wrote(reader.next, nowMs);
      reader.isBlocked = !socket.write(this.#chunk(reader));
      reader.next += 1;
    }
  }

  #chunk({ call, loop, next }: Reader): Buffer {
    const fragment = Math.floor(next / PIECES_PER_FRAGMENT);
    const piece = next % PIECES_PER_FRAGMENT;
    const isFirst = piece === 0;
    const isLast = piece === PIECES_PER_FRAGMENT - 1;
    if (!isFirst && !isLast) return loop.chunks[fragment % LOOP_SECONDS]?.[piece] ?? CRLF;
    const parts = [loop.pieces[fragment % LOOP_SECONDS]?.[piece] ?? CRLF];
    if (isFirst) parts.unshift(this.#template.lead(call.callId, fragment, call.epochMs));
    if (isLast) parts.push(this.#template.trail(fragment));
    return httpChunk(parts);
  }
}

function loopOf(audio: CallAudio): Loop {
  const pieces = encodePieces(audio);
  return { pieces, chunks: pieces.map((fragment) => fragment.map((piece) => httpChunk([piece]))) };
}

function httpChunk(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from(`${length.toString(16)}\r\n`), ...parts, CRLF]);
}

/** "After" excludes the fragment itself; a time finds the fragment that holds it. */
function firstFragment(call: BenchCall, selector: Selector): number {
  const { AfterFragmentNumber: number, StartTimestamp: seconds } = selector;
  if (number !== undefined) return (fragmentOf(number) ?? -1) + 1;
  if (seconds === undefined) return 0;
  return Math.max(0, Math.floor((seconds * 1000 - call.epochMs) / FRAGMENT_MS));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
}

function refuse(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'x-amzn-errortype': type, 'content-type': 'application/json' });
  response.end('{}');
}

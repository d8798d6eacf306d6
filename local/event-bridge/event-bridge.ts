import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import { systemClock } from '../../shared/clock';
import type { Clock } from '../../shared/clock';
import { FaultBoard } from '../faults/fault-board';
import { LOCAL_ACCOUNT, LOCAL_REGION, listenLocally } from '../stand-in';
import type { StandIn } from '../stand-in';
import { errorReply, jsonReply, parseBody, readCall, sendReply } from '../system/aws-json';
import type { AwsJsonCall, AwsJsonReply } from '../system/aws-json';
import { Deliveries } from './deliveries';
import type { EventHandler } from './deliveries';
import type { EventEnvelope } from './entries';
import { OPERATIONS } from './operations';
import { compilePattern } from './pattern';
import type { EventMatcher } from './pattern';
import { InvalidPatternError } from './pattern-filters';
import { EventPutter } from './put-events';
import { EventBridgeError, RuleBook } from './rule-book';
import { Subscribers } from './subscribers';

const ORIGIN = { region: LOCAL_REGION, account: LOCAL_ACCOUNT };

export interface EventBridgeOptions {
  readonly port?: number;
  /** PEM; serves HTTPS instead of cleartext. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Buses besides `default`. */
  readonly buses?: readonly string[];
  /** Where queues that are targets of rules are reached. */
  readonly sqsEndpoint?: string | (() => string | undefined);
  readonly faults?: FaultBoard;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Bytes that may wait for one slow subscriber before it is disconnected; default 16 MB. */
  readonly maxBacklogBytes?: number;
}

export interface EventBridgeCounts {
  readonly accepted: number;
  readonly refused: number;
  readonly pendingDeliveries: number;
  readonly failedDeliveries: number;
  readonly subscribers: number;
  readonly droppedSubscribers: number;
}

export interface EventBridgeStandIn extends StandIn {
  readonly faults: FaultBoard;
  counts(): EventBridgeCounts;
  /**
   * Calls the handler for every matching event of the bus, in this process; a rejected call is
   * repeated a few times. Returns a function that ends it. Throws InvalidPatternError.
   */
  onEvent(bus: string, pattern: object, handler: EventHandler): () => void;
}

/**
 * EventBridge: PutEvents, rules with patterns and SQS targets over the AWS JSON 1.1 protocol, and
 * `GET /subscribe?pattern=JSON&bus=NAME`, which streams matching events live, one a line. Without
 * `bus` that is the first of `buses`.
 */
export async function startEventBridge(
  options: EventBridgeOptions = {},
): Promise<EventBridgeStandIn> {
  const service = new EventBridgeService(options);
  const listener: RequestListener = (request, response) => {
    if (request.method === 'GET') service.subscribe(request, response);
    else void serve(request, response, (call) => service.answer(call));
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.keepAliveTimeout = 0;
  const url = await listenLocally(server, options.port, options.tls ? 'https' : 'http');
  return {
    url,
    faults: service.faults,
    counts: () => service.counts(),
    onEvent: (bus, pattern, handler) => service.onEvent(bus, pattern, handler),
    close: () => {
      service.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface HandlerEntry {
  readonly bus: string;
  readonly matches: EventMatcher;
  readonly handler: EventHandler;
}

class EventBridgeService {
  readonly faults: FaultBoard;
  readonly #rules = new RuleBook();
  readonly #handlers = new Set<HandlerEntry>();
  readonly #stopping = new AbortController();
  readonly #subscribers: Subscribers;
  readonly #deliveries: Deliveries;
  readonly #putter: EventPutter;
  readonly #defaultBus: string;

  constructor(options: EventBridgeOptions) {
    const { buses = [], clock = systemClock, sqsEndpoint } = options;
    this.faults = options.faults ?? new FaultBoard();
    for (const bus of buses) this.#rules.createBus(bus);
    this.#defaultBus = buses[0] ?? 'default';
    this.#subscribers = new Subscribers(options.maxBacklogBytes);
    const endpoint = typeof sqsEndpoint === 'function' ? sqsEndpoint : () => sqsEndpoint;
    this.#deliveries = new Deliveries(clock, endpoint, this.#stopping.signal);
    this.#putter = new EventPutter({
      ...ORIGIN,
      rules: this.#rules,
      faults: this.faults,
      clock,
      random: options.random ?? Math.random,
      deliver: (bus, event) => this.#deliver(bus, event),
    });
  }

  async answer(call: AwsJsonCall): Promise<AwsJsonReply | undefined> {
    if (call.operation === 'PutEvents') return this.#putter.answer(call);
    return administer(call, { ...ORIGIN, rules: this.#rules });
  }

  /** `GET /subscribe`. */
  subscribe(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const bus = searchParams.get('bus') ?? this.#defaultBus;
    const pattern = searchParams.get('pattern');
    if (pathname !== '/subscribe') {
      refuse(response, 404, 'GET /subscribe?pattern=JSON is all there is to get');
      return;
    }
    if (!this.#rules.hasBus(bus)) {
      refuse(response, 404, `there is no bus "${bus}"`);
      return;
    }
    try {
      const matches = pattern === null ? () => true : compilePattern(pattern);
      this.#subscribers.add(bus, matches, response);
    } catch (reason) {
      const isPattern = reason instanceof InvalidPatternError;
      refuse(response, 400, isPattern ? reason.message : 'the pattern is not valid');
    }
  }

  onEvent(bus: string, pattern: object, handler: EventHandler): () => void {
    const entry = { bus, matches: compilePattern(JSON.stringify(pattern)), handler };
    this.#handlers.add(entry);
    return () => this.#handlers.delete(entry);
  }

  counts(): EventBridgeCounts {
    return {
      accepted: this.#putter.accepted,
      refused: this.#putter.refused,
      pendingDeliveries: this.#deliveries.pending,
      failedDeliveries: this.#deliveries.failed,
      subscribers: this.#subscribers.count,
      droppedSubscribers: this.#subscribers.dropped,
    };
  }

  close(): void {
    this.#stopping.abort();
    this.#subscribers.close();
  }

  #deliver(bus: string, event: EventEnvelope): void {
    this.#subscribers.publish(bus, event);
    for (const each of this.#handlers) {
      if (each.bus !== bus || !each.matches({ ...event })) continue;
      this.#deliveries.toHandler(each.handler, event);
    }
    for (const target of this.#rules.targetsFor(bus, event)) {
      this.#deliveries.toTarget(target, event);
    }
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (call: AwsJsonCall) => Promise<AwsJsonReply | undefined>,
): Promise<void> {
  const call = await readCall(request);
  if (call === undefined) return;
  const reply = await answer(call);
  if (reply === undefined) request.socket.destroy();
  else sendReply(response, reply);
}

function administer(
  call: AwsJsonCall,
  desk: { rules: RuleBook; region: string; account: string },
): AwsJsonReply {
  const operation = OPERATIONS[call.operation];
  const body = parseBody(call.body);
  if (operation === undefined) {
    const message = `this stand-in has no operation "${call.operation}"`;
    return errorReply(400, 'UnknownOperationException', message, '1.1');
  }
  if (body === undefined) return errorReply(400, 'SerializationException', 'not JSON', '1.1');
  try {
    return jsonReply(200, operation(body, desk), '1.1');
  } catch (reason) {
    if (reason instanceof EventBridgeError || reason instanceof InvalidPatternError) {
      return errorReply(400, reason.name, reason.message, '1.1');
    }
    return errorReply(400, 'ValidationException', 'the request cannot be read', '1.1');
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

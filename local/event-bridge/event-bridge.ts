import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { systemClock } from '../../shared/clock';
import type { Clock } from '../../shared/clock';
import { FaultBoard } from '../faults/fault-board';
import { LOCAL_ACCOUNT, LOCAL_REGION, listenLocally } from '../stand-in';
import type { StandIn } from '../stand-in';
import { errorReply, jsonReply, parseBody, readCall, sendReply } from '../system/aws-json';
import type { AwsJsonCall, AwsJsonReply } from '../system/aws-json';
import { Deliveries } from './deliveries';
import type { EventHandler } from './deliveries';
import { OPERATIONS } from './operations';
import { compilePattern } from './pattern';
import type { EventMatcher } from './pattern';
import { InvalidPatternError } from './pattern-filters';
import { EventPutter } from './put-events';
import { EventBridgeError, RuleBook } from './rule-book';
import { Subscribers } from './subscribers';

export interface EventBridgeOptions {
  readonly port?: number;
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
  const { faults = new FaultBoard(), clock = systemClock, buses = [] } = options;
  const rules = new RuleBook();
  for (const bus of buses) rules.createBus(bus);
  const stopping = new AbortController();
  const { sqsEndpoint } = options;
  const endpoint = typeof sqsEndpoint === 'function' ? sqsEndpoint : () => sqsEndpoint;
  const deliveries = new Deliveries(clock, endpoint, stopping.signal);
  const subscribers = new Subscribers(options.maxBacklogBytes);
  const handlers = new Set<{ bus: string; matches: EventMatcher; handler: EventHandler }>();
  const origin = { region: LOCAL_REGION, account: LOCAL_ACCOUNT };
  const putter = new EventPutter({
    ...origin,
    rules,
    faults,
    clock,
    random: options.random ?? Math.random,
    deliver: (bus, event) => {
      subscribers.publish(bus, event);
      for (const each of handlers) {
        if (each.bus === bus && each.matches({ ...event }))
          deliveries.toHandler(each.handler, event);
      }
      for (const target of rules.targetsFor(bus, event)) deliveries.toTarget(target, event);
    },
  });
  const answer = (call: AwsJsonCall): Promise<AwsJsonReply | undefined> =>
    call.operation === 'PutEvents'
      ? putter.answer(call)
      : Promise.resolve(administer(call, { ...origin, rules }));
  const server = createServer((request, response) => {
    if (request.method === 'GET') subscribe(request, response, buses[0], rules, subscribers);
    else void serve(request, response, answer);
  });
  server.keepAliveTimeout = 0;
  const url = await listenLocally(server, options.port);
  return {
    url,
    faults,
    counts: () => ({
      accepted: putter.accepted,
      refused: putter.refused,
      pendingDeliveries: deliveries.pending,
      failedDeliveries: deliveries.failed,
      subscribers: subscribers.count,
      droppedSubscribers: subscribers.dropped,
    }),
    onEvent: (bus, pattern, handler) => {
      const entry = { bus, matches: compilePattern(JSON.stringify(pattern)), handler };
      handlers.add(entry);
      return () => handlers.delete(entry);
    },
    close: () => {
      stopping.abort();
      subscribers.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
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

function subscribe(
  request: IncomingMessage,
  response: ServerResponse,
  defaultBus: string | undefined,
  rules: RuleBook,
  subscribers: Subscribers,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const bus = searchParams.get('bus') ?? defaultBus ?? 'default';
  const pattern = searchParams.get('pattern');
  const refuse = (status: number, message: string): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message }));
  };
  if (pathname !== '/subscribe') {
    refuse(404, 'GET /subscribe?pattern=JSON is all there is to get');
    return;
  }
  if (!rules.hasBus(bus)) {
    refuse(404, `there is no bus "${bus}"`);
    return;
  }
  try {
    subscribers.add(bus, pattern === null ? () => true : compilePattern(pattern), response);
  } catch (reason) {
    refuse(
      400,
      reason instanceof InvalidPatternError ? reason.message : 'the pattern is not valid',
    );
  }
}

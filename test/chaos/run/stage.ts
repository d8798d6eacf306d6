import { join } from 'node:path';

import type { Fault } from '../../../local/faults/fault-board';
import { createTonesEngine } from '../../../local/recognisers/tones';
import type { StandIn } from '../../../local/stand-in';
import { startLocalSystem } from '../../../local/system/local-system';
import type { LocalSystem } from '../../../local/system/local-system';
import { LOCAL_LIMITS } from '../../../local/system/limits';
import { projectRoot } from '../../../local/system/project-root';
import type { FaultyServiceName } from '../../../local/system/stand-ins';
import { FIRST_EVENT_LATE, REFUSAL_KINDS } from '../../../local/transcribe/fault-kinds';
import { workerEnv } from '../../../local/system/system-env';
import type { BoardFault } from '../plan/call-plan';
import { kindOf } from '../plan/kinds';
import type { SystemNeeds } from '../plan/kinds';
import { randomFor } from '../plan/random';
import { SequenceIndex } from '../judge/sequence-index';
import type { Sabotage } from '../sabotage/sabotage';
import { RequestReader, parsed } from './aws-requests';
import { ChaosBoard } from './chaos-board';
import { startCredentialsEndpoint } from './credentials-endpoint';
import { SessionListener } from './session-listener';
import { StrikeLedger } from './strike-ledger';
import { StrikesOnRequest } from './strikes-on-request';
import { Subscriber } from './subscriber';
import { startTap } from './tap';
import type { TapExchange } from './tap';
import { WorkerCrew } from './worker-crew';

/** The shortest that a worker takes: what a dead worker's calls wait for. */
export const VISIBILITY_SECONDS = 5;
const CLOCK_OFFSETS_MS = [4 * 60_000, -4 * 60_000, 0];
const READY_LIMIT_MS = 60_000;
/**
 * On a busy machine the stand-ins, which share it with the workers, may be slower than any service:
 * one stream then keeps the other waiting for longer than a caller should. The limit as it is has
 * tests of its own.
 */
const LEG_HOLD_MS = 180_000;

export interface StageOptions {
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly workers: number;
  readonly sabotage?: Sabotage;
  /** A worker said something that is more than information. */
  onTrouble(line: string): void;
}

/** Everything that calls are played on: stand-ins, taps, workers, a subscriber, fault boards. */
export class Stage {
  readonly ledger = new StrikeLedger();
  readonly index = new SequenceIndex();
  readonly sessions = new SessionListener(this.index);
  readonly onRequest: StrikesOnRequest;
  readonly #boards: { readonly [Name in FaultyServiceName]: ChaosBoard };
  readonly #requests = new RequestReader();
  readonly #servers: StandIn[] = [];
  readonly #sessionStrikes: { readonly name: string; readonly sessionId: string }[] = [];
  readonly #onExchange: ((service: FaultyServiceName, calls: string[], e: TapExchange) => void)[] =
    [];
  system!: LocalSystem;
  crew!: WorkerCrew;
  subscriber!: Subscriber;

  private constructor(private readonly options: StageOptions) {
    const random = randomFor(options.seed, 'boards');
    const onStruck = (kind: string, target: string | undefined, fault: Fault) =>
      this.#struck(kind, target, fault);
    const plain = () => new ChaosBoard({ random, onStruck });
    this.#boards = {
      'kinesis-video': plain(),
      'event-bridge': plain(),
      dynamodb: plain(),
      sqs: plain(),
      transcribe: new ChaosBoard({
        random,
        onStruck,
        onAsked: (kind, sessionId) => {
          if (kind === FIRST_EVENT_LATE && sessionId !== undefined) {
            this.sessions.opening(sessionId);
          }
        },
        aim: (sessionId) => (sessionId === undefined ? undefined : this.sessions.callOf(sessionId)),
      }),
    };
    this.onRequest = new StrikesOnRequest((callId, name, fault, target) =>
      this.arm(name, fault, callId, target === undefined ? {} : { target }),
    );
  }

  static async start(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options);
    await stage.#start();
    return stage;
  }

  /** Arms a fault; without a call it strikes whoever comes. Returns its id. */
  arm(
    name: string,
    { service, kind, times, settings }: BoardFault,
    callId?: string,
    more: { readonly target?: string; readonly forMs?: number } = {},
  ): number {
    const marks = { chaos: name, ...(callId === undefined ? {} : { call: callId }) };
    return this.#boards[service].arm({ kind, times, ...more, settings: { ...settings, ...marks } });
  }

  /** Told of every exchange of a worker with a service behind a tap. */
  watch(
    listener: (service: FaultyServiceName, callIds: string[], exchange: TapExchange) => void,
  ): void {
    this.#onExchange.push(listener);
  }

  async close(): Promise<void> {
    await this.crew?.stop();
    for (const server of this.#servers) await server.close();
    await this.system.stop();
  }

  /** Whose the sessions are that a window met: known once something was said in them. */
  attributeSessionStrikes(): void {
    for (const { name, sessionId } of this.#sessionStrikes.splice(0)) {
      this.ledger.strike(name, this.sessions.callOf(sessionId));
    }
  }

  #struck(kind: string, target: string | undefined, { settings }: Fault): void {
    const { chaos, call } = settings ?? {};
    if (typeof chaos !== 'string') return;
    if (typeof call === 'string') this.ledger.strike(chaos, call);
    else if (kind === FIRST_EVENT_LATE) {
      this.#sessionStrikes.push({ name: chaos, sessionId: target ?? '' });
    } else if (REFUSAL_KINDS.some((refusal) => refusal === kind)) {
      // The name of the vocabulary filter, which is the call's id.
      this.ledger.strike(chaos, target);
    }
  }

  async #start(): Promise<void> {
    const needs = needsOf(this.options.kinds);
    const sessionLimitMs = needs.flatMap((need) => need.sessionLimitMs ?? [])[0];
    this.system = await startLocalSystem({
      engine: this.sessions.wrap(createTonesEngine()),
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
      faults: this.#boards,
      limits: {
        ...LOCAL_LIMITS,
        transcribe: {
          ...LOCAL_LIMITS.transcribe,
          ...(sessionLimitMs === undefined ? {} : { maxSessionMs: sessionLimitMs }),
        },
      },
    });
    this.subscriber = await Subscriber.start(this.system.eventBridge.url);
    const shared = { ...(await this.#tapped()), ...(await this.#credentials(needs)) };
    this.crew = new WorkerCrew({
      envs: Array.from({ length: this.options.workers }, (_, index) => ({
        ...workerEnv(process.env, this.system.env),
        ...shared,
        ...envOf(index, needs, sessionLimitMs),
      })),
      visibilityMs: VISIBILITY_SECONDS * 1000,
      onClaimed: (callId, env) => {
        if (Number(env.CHAOS_CLOCK_OFFSET_MS ?? 0) !== 0) this.ledger.strike('clock-off', callId);
      },
      onTrouble: (line) => this.options.onTrouble(line),
    });
    await this.#workersReady();
  }

  async #tapped(): Promise<Record<string, string>> {
    const { dynamoDb, eventBridge, sqs } = this.system;
    const [store, bus, queue] = await Promise.all([
      this.#tap('dynamodb', dynamoDb.url),
      this.#tap('event-bridge', eventBridge.url),
      this.#tap('sqs', sqs.url),
    ]);
    return {
      AWS_ENDPOINT_URL_DYNAMODB: store,
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus,
      AWS_ENDPOINT_URL_SQS: queue,
    };
  }

  async #tap(service: FaultyServiceName, upstream: string): Promise<string> {
    const meddle = this.options.sabotage?.meddlerOf(service, upstream);
    const tap = await startTap({
      upstream,
      onRequest: (operation, body) =>
        this.onRequest.passing(service, operation, body, this.#requests.callsOf(service, body)),
      onExchange: (exchange) => {
        const callIds =
          exchange.operation === 'ReceiveMessage'
            ? this.#requests.delivered(parsed(exchange.reply?.body.toString('utf8')))
            : this.#requests.callsOf(service, exchange.body);
        for (const listener of this.#onExchange) listener(service, callIds, exchange);
      },
      ...(meddle === undefined ? {} : { meddle }),
    });
    this.#servers.push(tap);
    return tap.url;
  }

  async #credentials(needs: readonly SystemNeeds[]): Promise<Record<string, string>> {
    if (!needs.some((need) => need.rotatesCredentials)) return {};
    const endpoint = await startCredentialsEndpoint({
      onRotated: (valid) => this.system.transcribe?.setCredentials(valid),
    });
    this.#servers.push(endpoint);
    return {
      // Empty counts as absent, and what is absent comes from the endpoint.
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.url,
    };
  }

  async #workersReady(): Promise<void> {
    const limitMs = performance.now() + READY_LIMIT_MS;
    while (this.system.sqs.waitingReceives() < this.crew.size) {
      if (performance.now() > limitMs) throw new Error('the workers do not ask for calls');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function needsOf(kinds: readonly string[]): SystemNeeds[] {
  return kinds.flatMap((name) => kindOf(name).needs ?? []);
}

/** Workers differ, so that one run shows several set-ups side by side. */
function envOf(
  index: number,
  needs: readonly SystemNeeds[],
  sessionLimitMs: number | undefined,
): Record<string, string> {
  const limited = needs.filter((need) => need.sessionLimitMs !== undefined);
  const mayBeTold = limited.some((need) => need.isUnannounced !== true);
  const mayNotBeTold = limited.some((need) => need.isUnannounced === true);
  const isTold = mayBeTold && !(mayNotBeTold && index === 0);
  const offsetMs = needs.some((need) => need.clocksOff)
    ? (CLOCK_OFFSETS_MS[index % CLOCK_OFFSETS_MS.length] ?? 0)
    : 0;
  return {
    LEG_HOLD_MS: String(LEG_HOLD_MS),
    ...(isTold && sessionLimitMs !== undefined ? { SESSION_LIMIT_MS: String(sessionLimitMs) } : {}),
    ...(offsetMs === 0
      ? {}
      : {
          CHAOS_CLOCK_OFFSET_MS: String(offsetMs),
          NODE_OPTIONS: `--require ${join(projectRoot(), 'test/chaos/run/worker-preload.cjs')}`,
        }),
  };
}

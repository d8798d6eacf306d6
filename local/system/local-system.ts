import { systemClock } from '../../shared/clock';
import { checkDeployment, DEPLOYMENT_VARIABLES } from '../../shared/deployment-options';
import { parseEnv } from '../../shared/env';
import { CallscribeError } from '../../shared/errors';
import { startControl } from '../control/control';
import { FaultBoard } from '../faults/fault-board';
import type { RecogniserEngine } from '../recognisers/recogniser';
import type { Lexicon } from '../transcribe/lexicon';
import { LOCAL_LIMITS } from './limits';
import type { SystemLimits } from './limits';
import type { LocalCertificate } from './local-certificate';
import { FAULTY_SERVICES, closeStandIns, startStandIns } from './stand-ins';
import type { FaultBoards, StandIns } from './stand-ins';
import { DISPATCH_PATTERN, createSystemDispatch } from './system-dispatch';
import { EVENT_BUS_NAME, systemEnv, workerEnv } from './system-env';
import { WorkerFleet } from './worker-fleet';
import type { WorkerFleetOptions } from './worker-fleet';

/** A worker polls the queue within a second of its start; loaded machines take longer. */
const WORKER_READY_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 20;

export interface LocalSystemOptions {
  /** Listens behind the Transcribe stand-in and is closed at `stop`; `aws`: the real service. */
  readonly engine: RecogniserEngine | 'aws';
  /** Worker processes to start; default none. */
  readonly workers?: number;
  /** Beyond `env`, which is the system's; see WorkerFleetOptions. */
  readonly worker?: Partial<Omit<WorkerFleetOptions, 'env'>> & {
    readonly env?: Readonly<Record<string, string>>;
  };
  /** Tables, queues and streams are kept there and found again at the next start. */
  readonly dataDir?: string;
  readonly visibilityTimeoutSeconds?: number;
  readonly limits?: SystemLimits;
  /** Transcribe is served over TLS: PEM texts, and the file in which clients find the authority. */
  readonly tls?: LocalCertificate & { readonly authorityFile: string };
  /** What the Transcribe stand-in knows of words. */
  readonly lexicon?: Lexicon;
  readonly faults?: FaultBoards;
  /** What surrounds the worker processes, and the region and keys for the real service. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** One sentence for people about something that happened. */
  onNote?(sentence: string): void;
}

export interface LocalSystem extends StandIns {
  /** Everything a client or another worker needs, as `callscribe local` prints it. */
  readonly env: Readonly<Record<string, string>>;
  readonly faults: FaultBoards;
  /** Absent unless workers were asked for. */
  readonly fleet?: WorkerFleet;
  status(): Promise<SystemStatus>;
  /** Stops every process and server that was started. */
  stop(): Promise<void>;
}

export interface SystemStatus {
  readonly pid: number;
  readonly workers: readonly number[];
  readonly calls: { readonly visible: number; readonly inFlight: number };
  readonly deadLetters: number;
  readonly transcribe: object | null;
  readonly kinesisVideo: object;
  readonly eventBridge: object;
  readonly endpoints: Readonly<Record<string, string>>;
}

export function createFaultBoards(): FaultBoards {
  const names = Object.keys(FAULTY_SERVICES);
  return Object.fromEntries(names.map((name) => [name, new FaultBoard()])) as FaultBoards;
}

/** Every stand-in, the control endpoint, dispatch on the bus, and workers when asked for. */
export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const { engine, faults = createFaultBoards(), onNote = () => undefined } = options;
  const surrounding = options.env ?? process.env;
  const callOptions = parseEnv(surrounding, DEPLOYMENT_VARIABLES, checkDeployment);
  const standIns = await startStandIns({
    boards: faults,
    limits: options.limits ?? LOCAL_LIMITS,
    engine: engine === 'aws' ? undefined : engine,
    tls: options.tls && { key: options.tls.key, cert: options.tls.cert },
    lexicon: options.lexicon,
    dataDir: options.dataDir,
    visibilityTimeoutSeconds: options.visibilityTimeoutSeconds,
    onDeath: (reason) => onNote(`an emulator ended: ${reason.message}`),
  });
  const parts: { fleet?: WorkerFleet; env: Record<string, string> } = { env: {} };
  const status = () => systemStatus(standIns, parts);
  const control = await startControl({ services: faultyServices(faults), status });
  const stop = async (): Promise<void> => {
    await parts.fleet?.stop();
    await control.close();
    await closeStandIns(standIns);
    if (engine !== 'aws') await engine.close();
  };
  const env = systemEnv(
    { ...standIns, control, authorityFile: options.tls?.authorityFile },
    surrounding,
    options.visibilityTimeoutSeconds,
  );
  parts.env = env;
  const { sqs, dynamoDb } = standIns;
  const dispatch = createSystemDispatch({
    sqsUrl: sqs.url,
    dynamoDbUrl: dynamoDb.url,
    queueUrl: sqs.callsQueueUrl,
    callOptions,
    onRefusal: onNote,
  });
  standIns.eventBridge.onEvent(EVENT_BUS_NAME, DISPATCH_PATTERN, dispatch);
  if ((options.workers ?? 0) > 0) {
    try {
      parts.fleet = await startFleet(options, env, standIns);
    } catch (reason) {
      await stop();
      throw reason;
    }
  }
  return { ...standIns, env, faults, fleet: parts.fleet, status, stop };
}

async function startFleet(
  options: LocalSystemOptions,
  env: Readonly<Record<string, string>>,
  { sqs }: StandIns,
): Promise<WorkerFleet> {
  let lost: string | undefined;
  const fleet = new WorkerFleet({
    ...options.worker,
    env: { ...workerEnv(options.env ?? process.env, env), ...options.worker?.env },
    onLoss: (pid, how) => {
      lost = how;
      options.onNote?.(`worker ${pid} ended (${how})`);
      options.worker?.onLoss?.(pid, how);
    },
  });
  const count = options.workers ?? 0;
  for (let started = 0; started < count; started++) fleet.start();
  const limitMs = systemClock.monotonicMs() + WORKER_READY_LIMIT_MS;
  while (sqs.waitingReceives() < count) {
    if (lost !== undefined || systemClock.monotonicMs() > limitMs) {
      await fleet.stop();
      const how = lost === undefined ? 'does not ask for calls' : `ended at once (${lost})`;
      throw new CallscribeError('unavailable', `the worker ${how}; --verbose shows what it says`);
    }
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  return fleet;
}

function faultyServices(boards: FaultBoards) {
  const entries = Object.entries(FAULTY_SERVICES).map(
    ([name, kinds]) => [name, { board: boards[name as keyof FaultBoards], kinds }] as const,
  );
  return Object.fromEntries(entries);
}

async function systemStatus(
  { sqs, transcribe, kinesisVideo, eventBridge }: StandIns,
  { fleet, env }: { fleet?: WorkerFleet; env: Readonly<Record<string, string>> },
): Promise<SystemStatus> {
  const endpoints = Object.entries(env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'));
  return {
    pid: process.pid,
    workers: fleet?.workers.map(({ pid }) => pid) ?? [],
    calls: await sqs.depth(sqs.callsQueueUrl),
    deadLetters: (await sqs.depth(sqs.callsDlqUrl)).visible,
    transcribe: transcribe?.counters() ?? null,
    kinesisVideo: kinesisVideo.statistics(),
    eventBridge: eventBridge.counts(),
    endpoints: Object.fromEntries(endpoints),
  };
}

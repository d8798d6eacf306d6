import type { CallPlan, CallStrike } from '../plan/call-plan';
import { kindOf } from '../plan/kinds';
import type { Planner } from '../plan/planner';
import { CallPlayer } from '../play/call-player';
import type { CallRequest } from '../../../shared/call';
import { hasEndTime, readLog } from './call-log-reader';
import { sendStopEvent } from './stop-event';
import type { Stage } from './stage';

/** How often all calls are played on. Shorter than a block at any speed that is sensible. */
const PLAY_EVERY_MS = 20;
/** Between the beginnings of calls, so that they do not march in step. */
const STAGGER_MS = 45;
const LOOK_EVERY_MS = 250;
const STOP_AGAIN_MS = 1_500;
/** A stream that is to be deleted waits so long for a reader, and so long for it to get to the end. */
const READ_PATIENCE_MS = 60_000;
const READ_ON_MS = 3_000;
/**
 * A call that does not end keeps its place so long after its audio, and for good when so many
 * calls for each place have not ended: a system that is behind must not be given ever more.
 */
const HOLD_PLACE_MS = 8_000;
const LIVE_PER_PLACE = 2;
/** A call's streams are let go so long after its last event. */
const KEEP_STREAMS_MS = 10_000;

export interface PlayedCall {
  readonly plan: CallPlan;
  /** The run's milliseconds at which it began, and at which its audio ended. */
  readonly beganMs: number;
  audioEndedMs?: number;
  /** Its last event came. */
  endedMs?: number;
}

export interface CastOptions {
  readonly stage: Stage;
  readonly planner: Planner;
  /** Calls at the same time. */
  readonly slots: number;
  /** New calls begin until then; each slot plays one at least. */
  readonly lengthMs: number;
  /** See CallPlayerDeps. */
  readonly foreignIsOwn: boolean;
  /** A call that has not ended so long after its audio is given up. */
  readonly patienceMs: number;
}

/** Plays calls in a number of slots, one after another in each. */
export class Cast {
  readonly calls: PlayedCall[] = [];
  /** Players and where each has come to. */
  readonly #players = new Map<CallPlayer, () => number>();
  readonly #endings: Promise<void>[] = [];
  readonly #requests = new Map<string, CallRequest>();
  readonly #beganAt = performance.now();
  /** Calls that have begun and not ended. */
  #live = 0;

  constructor(private readonly options: CastOptions) {}

  /** Milliseconds since the run began. */
  get nowMs(): number {
    return performance.now() - this.#beganAt;
  }

  /** Resolves when every call has ended, or was given up. */
  async play(): Promise<void> {
    const timer = setInterval(() => {
      for (const [player, positionMs] of this.#players) player.playTo(positionMs());
    }, PLAY_EVERY_MS);
    try {
      const slots = Array.from({ length: this.options.slots }, (_, index) => this.#slot(index));
      await Promise.all(slots);
      await Promise.all(this.#endings);
    } finally {
      clearInterval(timer);
    }
  }

  async #slot(index: number): Promise<void> {
    await sleep(index * STAGGER_MS);
    do await this.#playOne(this.options.planner.nextCall());
    while (this.nowMs < this.options.lengthMs);
  }

  async #playOne(plan: CallPlan): Promise<void> {
    const { stage } = this.options;
    const call: PlayedCall = { plan, beganMs: this.nowMs };
    this.#live += 1;
    this.calls.push(call);
    for (const { symbols } of plan.channels) stage.index.add(plan.callId, symbols);
    if (plan.foreign !== undefined) stage.index.add(`other-${plan.callId}`, plan.foreign);
    let endTimeMs: number | undefined;
    const player = new CallPlayer(plan, {
      kinesisVideo: stage.system.kinesisVideo,
      startTimeMs: Date.now(),
      foreignIsOwn: this.options.foreignIsOwn,
      onRequest: (request) => this.#send(request),
      onStrike: (strike, streams) => this.#strike(plan, strike, streams),
      onDeletion: (names) => void this.#deleteStreams(plan, names),
      onEnd: (timeMs) => {
        call.audioEndedMs = this.nowMs;
        endTimeMs = timeMs;
      },
    });
    this.#players.set(player, () => (this.nowMs - call.beganMs) * plan.speed);
    while (!player.done) await sleep(LOOK_EVERY_MS);
    this.#players.delete(player);
    this.#playedShapes(plan);
    if (endTimeMs !== undefined) void this.#tellEnd(plan.callId, endTimeMs);
    const ended = this.#seeToItsEnd(call).finally(() => (this.#live -= 1));
    this.#endings.push(ended);
    // A call that an outage holds up gives its place to another one after a while.
    await Promise.race([ended, sleep(HOLD_PLACE_MS)]);
    const limit = LIVE_PER_PLACE * this.options.slots;
    while (this.#live >= limit) await sleep(LOOK_EVERY_MS);
  }

  async #seeToItsEnd(call: PlayedCall): Promise<void> {
    const { stage, patienceMs } = this.options;
    const { callId } = call.plan;
    const limitMs = this.nowMs + patienceMs;
    while (!stage.subscriber.hasEnded(callId) && this.nowMs < limitMs) await sleep(LOOK_EVERY_MS);
    if (stage.subscriber.hasEnded(callId)) call.endedMs = this.nowMs;
    setTimeout(() => this.#letStreamsGo(call.plan), KEEP_STREAMS_MS).unref();
  }

  #send(request: CallRequest): void {
    const { sqs } = this.options.stage.system;
    void sqs.send(sqs.callsQueueUrl, JSON.stringify(request));
    this.#requests.set(request.callId, request);
  }

  #strike(plan: CallPlan, strike: CallStrike, streams: readonly string[]): void {
    const { stage } = this.options;
    const { name, fault } = strike;
    const { callId } = plan;
    switch (fault.service) {
      case 'kinesis-video': {
        const target = streams[strike.atMs % Math.max(1, streams.length)];
        if (target !== undefined) stage.arm(name, fault, callId, { target });
        return;
      }
      case 'transcribe':
        stage.arm(name, fault, callId, { target: callId });
        return;
      case 'sqs': {
        const request = this.#requests.get(callId);
        if (fault.kind === 'duplicate-message' && request !== undefined) {
          this.#send(request);
          stage.ledger.strike(name, callId);
        } else if (fault.kind === 'duplicate-delivery') stage.arm(name, fault, callId);
        else stage.onRequest.add(callId, name, fault);
        return;
      }
      default:
        stage.onRequest.add(callId, name, fault);
    }
  }

  /** What was played is what struck: nobody has to notice. */
  #playedShapes({ kinds, callId }: CallPlan): void {
    for (const name of kinds) {
      if (kindOf(name).shape !== undefined) this.options.stage.ledger.strike(name, callId);
    }
  }

  /** Insists, as dispatch may meet faults of its own. */
  async #tellEnd(callId: string, endTimeMs: number): Promise<void> {
    const { system, subscriber } = this.options.stage;
    while (!subscriber.hasEnded(callId)) {
      await sendStopEvent(system.eventBridge.url, callId, endTimeMs).catch(() => undefined);
      await sleep(STOP_AGAIN_MS);
      if (subscriber.hasEnded(callId)) return;
      if (await hasEndTime(system.dynamoDb, callId)) return;
    }
  }

  /** Only what was read can be in the log: a worker that is busy has to have come so far. */
  async #deleteStreams({ callId, channels }: CallPlan, names: readonly string[]): Promise<void> {
    const { dynamoDb, kinesisVideo } = this.options.stage.system;
    const heard = channels.filter(({ presence }) => presence === 'heard').length;
    const limitMs = this.nowMs + READ_PATIENCE_MS;
    for (let legs = 0; legs < heard && this.nowMs < limitMs;) {
      await sleep(LOOK_EVERY_MS);
      const records = await readLog(dynamoDb, callId);
      legs = records.filter(({ fact }) => fact.type === 'leg').length;
    }
    await sleep(READ_ON_MS);
    for (const name of names) kinesisVideo.deleteStream(name);
  }

  #letStreamsGo({ callId, channels }: CallPlan): void {
    const { kinesisVideo } = this.options.stage.system;
    const names = new Set([callId, ...channels.map(({ channel }) => `${callId}-${channel}`)]);
    for (const { name } of kinesisVideo.streams()) {
      if (names.has(name)) kinesisVideo.deleteStream(name);
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { CHANNELS, type CallRequest, type Channel } from '../../shared/call';
import type { Clock, Ticker } from '../../shared/clock';
import type { Logger } from '../../shared/logger';
import type { CallState } from '../../shared/record';
import { ChunkMemory } from './audio/chunk-memory';
import { placeAudio } from './audio/place-audio';
import { openSources, type OpenMedia } from './call-sources';
import type { WorkerConfig } from './config';
import { RESUME_LEAD_MS, appendUpdates } from './log/append-updates';
import type { CallWriter } from './log/call-writer';
import type { CallMetrics } from './metrics';
import type { PipelineProgress } from './pipeline-progress';
import { partialEvent } from './publish/partial-event';
import type { CallPublisher } from './publish/publisher';
import type { AudioWatch } from './self-protection/self-protection';
import { Marks } from './segments/marks';
import { toFacts } from './segments/to-facts';
import { transcribeAudio } from './transcribe/transcribe-audio';
import type { OpenSession } from './transcribe/session';
import type { SilentEnds } from './transcribe/silent-ends';

/** Without audio for so long a session is let go; the service would end it after 15 s. */
const SESSION_IDLE_MS = 10_000;
/** The same where the timeline cannot tell that nothing comes, because a stream is out of reach. */
const SESSION_STARVED_MS = 12_500;

/** A call that is far behind has at most so many sessions at once, of the account's few. */
const CATCH_UP_SESSIONS = 3;

/**
 * Chunks that a session may hold although it has asked for more: our own copies each at once into
 * its frame, the SDK's queues five and reads one.
 */
const RESTING_CHUNKS = { lean: 2, sdk: 6 } as const;

export interface PipelineDeps {
  readonly config: WorkerConfig;
  readonly openMedia: OpenMedia;
  readonly openSession: OpenSession;
  mayStartSession(signal: AbortSignal): Promise<void>;
  /** Monotonic time at which today's credentials are to be replaced; null when they last. */
  credentialsDeadlineMs(): number | null;
  /** Told how long audio waits in this worker. */
  readonly audioWatch?: AudioWatch;
  readonly clock: Clock;
  readonly ticker: Ticker;
}

export interface PipelineCall {
  readonly request: CallRequest;
  readonly writer: CallWriter;
  readonly publisher: CallPublisher;
  /** Read while the call runs: its end may become known at any time. */
  readonly control: { readonly endTimeMs: number | null };
  readonly metrics: Pick<CallMetrics, 'behindLive' | 'gap'>;
  readonly progress: PipelineProgress;
  /** The same one as long as this worker has the call. */
  readonly silentEnds?: SilentEnds;
  /** All of the call is in the log but its end; throws when the call is not over after all. */
  beforeEnd(): Promise<void>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * One call from KVS bytes to its log, from where the log stands to the call's end. Resolves when
 * `completed` is appended. Throws FencedError, `aborted` (hand-over), AudioGoneError (run it
 * again from the log) or the reason why the call cannot be transcribed.
 */
export async function runPipeline(call: PipelineCall, deps: PipelineDeps): Promise<void> {
  const { request, writer, publisher, control, progress, logger, signal } = call;
  const { config, clock, ticker } = deps;
  const { state } = writer;
  const options = request.options ?? {};
  const channels = CHANNELS.filter((name) => state.legs.some((leg) => leg.channel === name));
  const silencePeak = 32_768 * 10 ** (config.silenceDbfs / 20);
  const marks = new Marks({ marks: writer.marksOf(channels), silencePeak });
  const origin = originOf(state);
  if (origin !== undefined) marks.sampleRateHz = origin.sampleRateHz;
  progress.begin(channels, () => marks.all);
  let partials = 0;

  const memory = new ChunkMemory(RESTING_CHUNKS[config.transcribeWriter]);
  const audio = placeAudio({
    sources: openSources(request, state.legs, { ...deps, ...call }),
    channels,
    origin,
    fromSample: resumeSample(marks.all, origin?.sampleRateHz ?? 0),
    gapsTo: toldTo(writer, channels),
    unheard: unheardOf(writer, channels),
    control,
    chunkMs: config.chunkMs,
    pauseMs: SESSION_IDLE_MS,
    holdMs: config.holdMs,
    idleLimitMs: (options.idleLimitSeconds ?? 0) * 1000 || config.idleLimitMs,
    maxDurationMs: (options.maxDurationSeconds ?? 0) * 1000 || config.maxDurationMs,
    memory,
    onReady: (items) => progress.saw(items, deps.audioWatch?.availableMs() ?? NaN),
  });
  const heard = transcribeAudio(audio, {
    settings: {
      sampleRateHz: origin?.sampleRateHz,
      channelCount: channels.length === 2 ? 2 : 1,
      language: options.language ?? config.language,
      options,
      partials: options.partials ?? false,
    },
    openSession: deps.openSession,
    clock,
    ticker,
    signal,
    marks: () => marks.all,
    undecided: (toSample) => marks.undecided(toSample),
    silentEnds: call.silentEnds,
    nextOrdinal: () => (state.sessions += 1),
    mayStart: (abort) => deps.mayStartSession(abort),
    idleEndMs: SESSION_STARVED_MS,
    sessionLimitMs: config.sessionLimitMs,
    maxLeadMs: config.catchUpLeadMs,
    catchUpSessions: CATCH_UP_SESSIONS,
    silencePeak,
    suspendAfterMs: suspendAfterMs(options.suspendSilence, config),
    sessionDeadlineMs: () => deps.credentialsDeadlineMs(),
    giveBack: (chunk) => memory.give(chunk),
    onSent: (availableMs) => deps.audioWatch?.sent(availableMs),
  });
  const updates = toFacts(heard, {
    channels,
    marks,
    partials: options.partials ?? false,
    timeline: state,
  });
  await appendUpdates(updates, {
    writer,
    marks,
    channels,
    clock,
    logger,
    checkpointMs: config.checkpointMs,
    onPartial: (partial) =>
      publisher.offerPartial(partialEvent(writer.callId, partial, (partials += 1))),
    onGap: ({ startMs, endMs }) => call.metrics.gap(endMs - startMs),
    beforeEnd: () => call.beforeEnd(),
  });
}

/** 0 turns it off for the deployment, `suspendSilence: false` for a call. */
function suspendAfterMs(wanted: boolean | undefined, config: WorkerConfig): number | null {
  return wanted === false || config.suspendSilenceMs === 0 ? null : config.suspendSilenceMs;
}

function originOf(state: CallWriter['state']) {
  const { startTimeMs, sampleRateHz } = state;
  return startTimeMs === null || sampleRateHz === null ? undefined : { startTimeMs, sampleRateHz };
}

/** Where a channel was heard there is no gap, whatever reading it again brings. */
function toldTo({ state }: CallWriter, channels: readonly Channel[]): CallState['gapsTo'] {
  const { gapsTo, marks, unheardFrom } = state;
  const heardTo = (name: Channel) => Math.min(marks[name] ?? 0, unheardFrom?.[name] ?? Infinity);
  return Object.fromEntries(
    channels.map((name) => [name, Math.max(gapsTo[name] ?? 0, heardTo(name))]),
  );
}

/** What the marks have passed over as silence without having had its audio. */
function unheardOf({ state }: CallWriter, channels: readonly Channel[]) {
  return Object.fromEntries(
    channels.flatMap((name) => {
      const fromSample = state.unheardFrom?.[name];
      if (fromSample === undefined) return [];
      return [[name, { fromSample, toSample: state.marks[name] ?? 0 }] as const];
    }),
  );
}

function resumeSample(marks: readonly number[], sampleRateHz: number): number {
  return Math.max(0, Math.min(...marks) - (RESUME_LEAD_MS * sampleRateHz) / 1000);
}

import { createTonesEngine } from '../../../local/recognisers/tones';
import { LOCAL_LIMITS } from '../../../local/system/limits';
import { startLocalSystem } from '../../../local/system/local-system';
import type { LocalSystem } from '../../../local/system/local-system';
import { EVENT_BUS_NAME } from '../../../local/system/system-env';
import { CHANNELS, CONNECT_TRACKS } from '../../../shared/call';
import type { CallOptions, CallRequest, Channel } from '../../../shared/call';
import { DETAIL_TYPES } from '../../../shared/events';
import { figure } from '../figures';
import { GUARD_TAG } from '../media/fragment-template';
import { TRACKS } from '../media/pieces';
import type { BenchOptions } from '../options';
import { until } from '../process/clock';
import type { Report } from '../report';
import { short } from '../statistics';
import { fillStream, secondsOf } from './silent-call';
import type { Part } from './silent-call';

const CALL: readonly Part[] = [
  { seconds: 60, speaks: true },
  { seconds: 180, speaks: false },
  { seconds: 60, speaks: true },
];
const QUICK_CALL = CALL.map((part) => ({ ...part, seconds: part.seconds / 3 }));
const CONTACT = 'bench-bill';
const LIMIT_MS = 120_000;

/** How one telephone call is turned into sessions. */
interface SetUp {
  readonly name: string;
  /** The channels of each call that is asked for: one of two, or two of one. */
  readonly calls: readonly (readonly Channel[])[];
  readonly options: CallOptions;
}

const SET_UPS: readonly SetUp[] = [
  { name: 'two-sessions', calls: [['caller'], ['agent']], options: { suspendSilence: false } },
  { name: 'stereo', calls: [CHANNELS], options: { suspendSilence: false } },
  { name: 'stereo-suspended', calls: [CHANNELS], options: {} },
];

/** Bench 5: what Transcribe bills for one call with a long silence, by its stand-in's account. */
export async function runBill(options: BenchOptions, report: Report): Promise<void> {
  const parts = options.quick ? QUICK_CALL : CALL;
  const billed = new Map<string, number>();
  for (const setUp of SET_UPS) {
    const seconds = await billedSeconds(setUp, parts);
    billed.set(setUp.name, seconds);
    report.add(figure(`bill.${setUp.name}`, seconds, 's'));
  }
  const ratio = (billed.get('stereo-suspended') ?? NaN) / (billed.get('stereo') ?? NaN);
  report.add(figure('bill.suspended-to-stereo', ratio, 'ratio', { atMost: 0.6 }));
  const spoken = parts.map(
    ({ seconds, speaks }) => `${seconds} s ${speaks ? 'speech' : 'silence'}`,
  );
  report.say(`bill: one call of ${spoken.join(', ')}; seconds billed`);
  report.table([...billed].map(([name, seconds]) => [name, short(seconds)]));
}

async function billedSeconds(setUp: SetUp, parts: readonly Part[]): Promise<number> {
  const system = await startLocalSystem({
    engine: createTonesEngine(),
    workers: 1,
    limits: LOCAL_LIMITS,
  });
  try {
    await transcribe(system, setUp, parts);
    return system.transcribe?.counters().billedSeconds ?? NaN;
  } finally {
    await system.stop();
  }
}

/** Resolves when every call of the set-up is over. */
async function transcribe(
  { kinesisVideo, sqs, eventBridge, transcribe: service }: LocalSystem,
  { calls, options }: SetUp,
  parts: readonly Part[],
): Promise<void> {
  let completed = 0;
  let hasFailed = false;
  const ends = { 'detail-type': [DETAIL_TYPES.completed, DETAIL_TYPES.failed] };
  eventBridge.onEvent(EVENT_BUS_NAME, ends, (event) => {
    completed += 1;
    if (event['detail-type'] === DETAIL_TYPES.failed) hasFailed = true;
  });
  const streamArn = kinesisVideo.createStream(CONTACT, { retentionHours: 1 });
  const tags = [{ name: GUARD_TAG, value: CONTACT }];
  const startMs = Date.now() - secondsOf(parts) * 1000;
  fillStream(kinesisVideo.openProducer(CONTACT, { tracks: TRACKS, tags }), parts, startMs);
  for (const [index, channels] of calls.entries()) {
    const request: CallRequest = {
      schemaVersion: 1,
      callId: `${CONTACT}-${index}`,
      legs: channels.map((channel) => ({
        channel,
        streamArn,
        track: CONNECT_TRACKS[channel],
        startTime: new Date(startMs).toISOString(),
      })),
      guard: { tag: GUARD_TAG, value: CONTACT },
      options: { ...options, maxDurationSeconds: secondsOf(parts) },
    };
    await sqs.send(sqs.callsQueueUrl, JSON.stringify(request));
  }
  await until(
    () => hasFailed || (completed === calls.length && service?.counters().active === 0),
    LIMIT_MS,
    () => 'the calls do not end',
  );
  if (hasFailed) throw new Error('a call failed');
}

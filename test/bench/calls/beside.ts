import { machineMs, sleep, until } from '../process/clock';
import { MEASURED_CORE } from '../process/pin';
import { residentBytes } from '../process/proc';
import { startRole } from '../process/role';
import { projectRoot } from '../../../local/system/project-root';
import type { ConnectionsMethods } from './connections-role';
import type { EbmlMethods } from './ebml-role';
import type { SdkLoopMethods } from './sdk-loop-role';
import { Stage } from './stage';
import { watchCpu } from './window';
import { imageFlags } from './worker-process';

const STARTS_PER_SECOND = 40;
const SETTLE_MS = 5_000;
const UP_LIMIT_MS = 90_000;
/** A stream of two tracks, 8 kHz, 16 bits, containers left out. */
const LIVE_BYTES_PER_SECOND = 32_000;

export interface Beside {
  readonly share: number;
  /** Share of a core, slice by slice. */
  readonly shares: readonly number[];
}

/** The bare SDK loop with so many calls, on the worker's core, without TLS. */
export async function measureSdkLoop(
  calls: number,
  seconds: number,
  settleMs = SETTLE_MS,
): Promise<Beside> {
  const stage = await Stage.start({ tls: false, speaks: false });
  const loop = startRole<SdkLoopMethods>('sdk-loop', MEASURED_CORE);
  try {
    await loop.ask.start(stage.env.AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING ?? '');
    await startAll(calls, async (index) => {
      await stage.media.ask.begin(index, 0, Infinity);
      await loop.ask.add(index);
    });
    await until(
      async () => (await stage.media.ask.status()).active >= calls,
      UP_LIMIT_MS,
      () => `the loop of the SDK does not get to ${calls} sessions`,
    );
    await sleep(settleMs);
    const { share, slices } = await watchCpu(loop.pid, seconds);
    return { share, shares: slices };
  } finally {
    await loop.stop();
    await stage.stop();
  }
}

export interface ConnectionsMeasure extends Beside {
  /** Above the process without calls. */
  readonly residentBytes: number;
}

/** What the connections of so many calls take alone, on the worker's core, with its flags. */
export async function measureConnections(
  calls: number,
  seconds: number,
  tls: boolean,
  settleMs = SETTLE_MS,
): Promise<ConnectionsMeasure> {
  const stage = await Stage.start({ tls });
  const { AWS_ENDPOINT_URL_KINESIS_VIDEO = '', AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING = '' } =
    stage.env;
  const connections = startRole<ConnectionsMethods>('connections', MEASURED_CORE, {
    env: stage.env,
    flags: imageFlags(projectRoot()),
  });
  try {
    await connections.ask.start(
      AWS_ENDPOINT_URL_KINESIS_VIDEO,
      AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING,
    );
    const idleBytes = residentBytes(connections.pid);
    await startAll(calls, async (index) => {
      await stage.media.ask.begin(index, 0, Infinity);
      await connections.ask.add(index);
    });
    await until(
      async () => (await stage.media.ask.status()).active >= calls,
      UP_LIMIT_MS,
      () => `the connections alone do not get to ${calls} sessions`,
    );
    await sleep(settleMs);
    const { share, slices } = await watchCpu(connections.pid, seconds);
    const bytes = residentBytes(connections.pid) - idleBytes;
    return { share, shares: slices, residentBytes: bytes };
  } finally {
    await connections.stop();
    await stage.stop();
  }
}

export interface EbmlMeasure extends Beside {
  /** Bytes decoded in the window against what the calls spoke in it. */
  readonly keptUp: number;
}

/** `ebml` decoding so many calls, on the worker's core, without TLS. */
export async function measureEbml(calls: number, seconds: number): Promise<EbmlMeasure> {
  const stage = await Stage.start({ tls: false });
  const ebml = startRole<EbmlMethods>('ebml', MEASURED_CORE);
  try {
    await ebml.ask.start(stage.env.AWS_ENDPOINT_URL_KINESIS_VIDEO ?? '');
    await startAll(calls, async (index) => {
      await stage.media.ask.begin(index, 0, Infinity);
      // It may be too busy to answer at once; nothing has to wait for that.
      void ebml.ask.add(index);
    });
    const from = { bytes: await ebml.ask.decodedBytes(), atMs: machineMs() };
    const { share, slices } = await watchCpu(ebml.pid, seconds);
    const bytes = (await ebml.ask.decodedBytes()) - from.bytes;
    const spoken = (calls * LIVE_BYTES_PER_SECOND * (machineMs() - from.atMs)) / 1000;
    return { share, shares: slices, keptUp: Math.min(1, bytes / spoken) };
  } finally {
    await ebml.stop();
    await stage.stop();
  }
}

async function startAll(calls: number, start: (index: number) => Promise<void>): Promise<void> {
  const beginMs = machineMs();
  for (let index = 0; index < calls; index++) {
    const waitMs = beginMs + (index * 1000) / STARTS_PER_SECOND - machineMs();
    if (waitMs > 0) await sleep(waitMs);
    await start(index);
  }
}

import type { ServerResponse } from 'node:http';
import type { StreamFaults } from './faults';
import { MediaReader } from './media-reader';
import type { ReaderOutput } from './media-reader';
import type { MediaStream } from './media-stream';
import type { KinesisVideoLimits } from './options';
import { ServiceError } from './service-error';
import { resolveStart } from './start-selector';
import type { StartSelector } from './start-selector';

/** Longest delay a Node timer can have. */
const MAX_TIMER_MS = 2_147_483_647;

export interface GetMediaCall {
  readonly response: ServerResponse;
  readonly stream: MediaStream;
  readonly selector: StartSelector;
  readonly limits: KinesisVideoLimits;
  readonly faults: StreamFaults;
  readonly nowMs: () => number;
}

/** Answers one GetMedia call: 200 at once, then media until the session ends. */
export function answerGetMedia(call: GetMediaCall): void {
  const { stream, limits, faults, response } = call;
  faults.refuse('getmedia');
  if (!stream.getMediaCalls.take(call.nowMs())) {
    throw new ServiceError('ClientLimitExceededException', 'too many GetMedia calls a second');
  }
  if (stream.getMediaConnections >= limits.getMediaConnectionsPerStream) {
    throw new ServiceError('ConnectionLimitExceededException', 'too many readers of the stream');
  }
  stream.expire();
  const reader = new MediaReader({
    stream,
    firstOrdinal: resolveStart(stream, call.selector),
    output: responseOutput(response),
    faults,
    bytesPerSecond: limits.getMediaBytesPerSecond,
  });
  stream.getMediaConnections += 1;
  response.writeHead(200, { 'content-type': 'video/webm' });
  response.flushHeaders();
  const stopTimers = limitSession(reader, limits);
  response.on('drain', () => reader.resume());
  response.on('close', () => {
    stream.getMediaConnections -= 1;
    stopTimers();
    reader.close();
  });
  reader.start();
}

/** Ends the body at the session limit, and when nothing came for the idle time. */
function limitSession(reader: MediaReader, limits: KinesisVideoLimits): () => void {
  const { getMediaSessionMs, getMediaIdleMs } = limits;
  const session =
    getMediaSessionMs > MAX_TIMER_MS
      ? undefined
      : setTimeout(() => reader.end(), getMediaSessionMs).unref();
  let idle: NodeJS.Timeout | undefined;
  const watchIdle = (delayMs: number): void => {
    idle = setTimeout(() => {
      const idleMs = performance.now() - reader.lastSentAtMs;
      if (!reader.atLiveEdge) watchIdle(getMediaIdleMs);
      else if (idleMs >= getMediaIdleMs) reader.end();
      else watchIdle(getMediaIdleMs - idleMs);
    }, Math.ceil(delayMs)).unref();
  };
  if (getMediaIdleMs <= MAX_TIMER_MS) watchIdle(getMediaIdleMs);
  return () => {
    clearTimeout(session);
    clearTimeout(idle);
  };
}

function responseOutput(response: ServerResponse): ReaderOutput {
  return {
    write: (bytes) => response.write(bytes),
    end: () => void response.end(),
    reset: (lastBytes) => {
      const { socket } = response;
      // Only bytes that the kernel has taken survive a reset, so it waits for them.
      const reset = (): void => void setImmediate(() => socket?.resetAndDestroy());
      if (lastBytes.length === 0) reset();
      else response.write(lastBytes, reset);
    },
  };
}

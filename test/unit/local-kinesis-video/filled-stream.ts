import type { KinesisVideoOptions } from '../../../local/kinesis-video/options';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { FRAGMENT_MS, makeFragments, startWithStream, TRACK } from './support';

export const SERVER_START_MS = 1_800_000_000_000;

export interface Filled {
  readonly standIn: KinesisVideoStandIn;
  readonly numbers: string[];
}

/** A stream `calls` with four fragments, a second of server time apart. */
export async function startFilled(options: KinesisVideoOptions = {}): Promise<Filled> {
  let nowMs = SERVER_START_MS;
  const standIn = await startWithStream({ nowMs: () => nowMs, ...options }, { retentionHours: 1 });
  const producer = standIn.openProducer('calls', { tracks: [TRACK] });
  for (const { producerTimestampMs, blocks } of makeFragments(4)) {
    producer.begin(producerTimestampMs);
    producer.write(blocks);
    nowMs += FRAGMENT_MS;
    producer.end();
  }
  const numbers = standIn.fragments('calls').map(({ fragmentNumber }) => fragmentNumber);
  return { standIn, numbers };
}

import { closeAll, makeFragment, readMedia, startWithStream, START_MS, TRACK } from './support';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;

afterEach(closeAll);

function append(standIn: KinesisVideoStandIn, index: number, bytes = 64): void {
  const producer = standIn.openProducer('calls', { tracks: [TRACK] });
  producer.begin(START_MS + index * 1000);
  producer.write([{ trackNumber: 1, timestampMs: 0, payload: new Uint8Array(bytes) }]);
  producer.end();
}

describe('retention', () => {
  it('keeps five minutes in the host buffer when there is none', async () => {
    let nowMs = NOW_MS;
    const standIn = await startWithStream({ nowMs: () => nowMs });
    append(standIn, 0);
    nowMs += 5 * MINUTE_MS;
    append(standIn, 1);

    nowMs += 1;
    append(standIn, 2);

    expect(
      standIn.fragments('calls').map(({ producerTimestampMs }) => producerTimestampMs - START_MS),
    ).toEqual([1000, 2000]);
  });

  it('keeps no more than the host buffer holds when there is none', async () => {
    const standIn = await startWithStream({ limits: { hostBufferBytes: 2500 } });

    for (let index = 0; index < 5; index += 1) append(standIn, index, 1000);

    expect(standIn.fragments('calls')).toHaveLength(2);
    expect(standIn.statistics().mediaBytes).toBeLessThanOrEqual(2500);
  });

  it('keeps fragments for the hours of the stream', async () => {
    let nowMs = NOW_MS;
    const standIn = await startWithStream({ nowMs: () => nowMs }, { retentionHours: 1 });
    append(standIn, 0);
    nowMs += 60 * MINUTE_MS;
    append(standIn, 1);
    expect(standIn.fragments('calls')).toHaveLength(2);

    nowMs += 1;
    append(standIn, 2);

    expect(standIn.fragments('calls')).toHaveLength(2);
  });

  it('answers 4000 for a fragment that has expired', async () => {
    let nowMs = NOW_MS;
    const standIn = await startWithStream({ nowMs: () => nowMs });
    append(standIn, 0);
    const expired = standIn.fragments('calls')[0]?.fragmentNumber;
    nowMs += 6 * MINUTE_MS;

    const reader = await readMedia(standIn, 'calls', {
      StartSelectorType: 'FRAGMENT_NUMBER',
      AfterFragmentNumber: expired,
    });
    await reader.end();

    expect(reader.events).toMatchObject([{ type: 'failed', errorId: 4000 }]);
  });

  it('gives up the oldest fragments when memory is full', async () => {
    const standIn = await startWithStream(
      { limits: { memoryBytes: 3500 } },
      { retentionHours: 24 },
    );

    for (let index = 0; index < 10; index += 1) append(standIn, index, 1000);

    expect(standIn.fragments('calls')).toHaveLength(3);
    expect(standIn.statistics().mediaBytes).toBeLessThanOrEqual(3500);
  });

  it('does not take away a fragment that is still being received', async () => {
    let nowMs = NOW_MS;
    const standIn = await startWithStream({ nowMs: () => nowMs, limits: { hostBufferBytes: 100 } });
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    producer.begin(START_MS);
    producer.write(makeFragment(0).blocks);

    nowMs += 10 * MINUTE_MS;
    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.of('block').length === makeFragment(0).blocks.length);

    expect(standIn.fragments('calls')).toMatchObject([{ state: 'open' }]);
  });

  it('gives all memory back when the stream is deleted', async () => {
    const standIn = await startWithStream();
    append(standIn, 0, 5000);

    standIn.deleteStream('calls');

    expect(standIn.statistics().mediaBytes).toBe(0);
  });
});

import { startFilled } from './filled-stream';
import {
  BodyReader,
  closeAll,
  eventually,
  FRAGMENT_MS,
  openMedia,
  readMedia,
  start,
  startWithStream,
  START_MS,
  TRACK,
} from './support';

afterEach(closeAll);

describe('the limits of GetMedia', () => {
  it('refuses a fourth connection, and allows it once another has closed', async () => {
    const { standIn } = await startFilled();
    const bodies = [];
    for (let call = 0; call < 3; call += 1) bodies.push(await openMedia(standIn, 'calls'));

    await expect(openMedia(standIn, 'calls')).rejects.toMatchObject({
      name: 'ConnectionLimitExceededException',
    });
    bodies[0]?.destroy();
    await eventually(() => standIn.statistics().getMediaConnections === 2);
    const again = new BodyReader(await openMedia(standIn, 'calls'));
    for (const body of bodies) body.destroy();

    await again.until(() => again.completed.length === 4);
  });

  it('refuses a sixth call within a second', async () => {
    const { standIn } = await startFilled();
    for (let call = 0; call < 5; call += 1) (await openMedia(standIn, 'calls')).destroy();
    await eventually(() => standIn.statistics().getMediaConnections < 3);

    await expect(openMedia(standIn, 'calls')).rejects.toMatchObject({
      name: 'ClientLimitExceededException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('answers an unknown stream with ResourceNotFoundException', async () => {
    await expect(openMedia(await start(), 'nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('sends no faster than the rate', async () => {
    const { standIn } = await startFilled({ limits: { getMediaBytesPerSecond: 20_000 } });
    const startedAt = performance.now();

    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 4);

    const bytes = standIn.fragments('calls').reduce((sum, item) => sum + item.clusterBytes, 0);
    expect(performance.now() - startedAt).toBeGreaterThan((bytes / 20_000 - 0.06) * 1000);
  });

  it('keeps nothing for a reader that does not read', async () => {
    const limits = { hostBufferBytes: 4_000_000, getMediaBytesPerSecond: Infinity };
    const standIn = await startWithStream({ limits });
    const body = await openMedia(standIn, 'calls');
    body.pause();
    const producer = standIn.openProducer('calls', { tracks: [TRACK] });
    const payload = new Uint8Array(500_000);

    for (let index = 0; index < 60; index += 1) {
      producer.begin(START_MS + index * FRAGMENT_MS);
      producer.write([{ trackNumber: 1, timestampMs: 0, payload }]);
      producer.end();
      await new Promise(setImmediate);
    }
    const stored = standIn.fragments('calls');
    const reader = new BodyReader(body);
    body.resume();
    await reader.until(() => reader.completed.at(-1) === stored.at(-1)?.fragmentNumber);

    expect(standIn.statistics().mediaBytes).toBeLessThan(5_000_000);
    expect(reader.completed.length).toBeLessThan(60);
    expect(reader.of('malformed')).toEqual([]);
  });
});

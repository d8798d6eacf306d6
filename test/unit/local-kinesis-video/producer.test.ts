import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { putMedia } from '../../../local/kinesis-video/producer';
import type {
  ProducerFragment,
  ProducerPiece,
  PutMediaOptions,
} from '../../../local/kinesis-video/producer';
import {
  closeAll,
  each,
  makeFragment,
  makeFragments,
  readMedia,
  start,
  startWithStream,
  START_MS,
  TRACK,
} from './support';

afterEach(closeAll);

/** A source that the test feeds by hand. */
class Feed {
  readonly #items: (ProducerFragment | ProducerPiece | undefined)[] = [];
  #wake: (() => void) | undefined;
  returned = false;

  push(item?: ProducerFragment | ProducerPiece): void {
    this.#items.push(item);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ProducerFragment | ProducerPiece> {
    try {
      for (;;) {
        while (this.#items.length === 0) {
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
        const item = this.#items.shift();
        if (item === undefined) return;
        yield item;
      }
    } finally {
      this.returned = true;
    }
  }
}

/** Plays one track into the stream `calls`, where `more` does not say otherwise. */
function play(
  endpoint: string,
  fragments: PutMediaOptions['fragments'],
  more: Partial<PutMediaOptions> = {},
) {
  return putMedia({ endpoint, stream: 'calls', tracks: [TRACK], fragments, ...more });
}

describe('putMedia', () => {
  it('sends pieces of a fragment before the fragment is whole', async () => {
    const standIn = await startWithStream();
    const { producerTimestampMs, blocks } = makeFragment(0);
    const feed = new Feed();
    const playing = play(standIn.url, feed);
    const reader = await readMedia(standIn, 'calls');

    feed.push({ producerTimestampMs, blocks: blocks.slice(0, 2) });
    await reader.until(() => reader.of('block').length === 2);
    feed.push({ blocks: blocks.slice(2) });
    await reader.until(() => reader.of('block').length === blocks.length);
    expect(reader.completed).toEqual([]);
    feed.push();

    expect((await playing).fragmentNumbers).toHaveLength(1);
    await reader.until(() => reader.completed.length === 1);
  });

  it.each(['ABSOLUTE', 'RELATIVE'] as const)(
    'keeps producer times with %s timecodes',
    async (timecodeType) => {
      const standIn = await startWithStream();

      await play(standIn.url, each(makeFragments(2)), { timecodeType });

      expect(
        standIn.fragments('calls').map(({ producerTimestampMs }) => producerTimestampMs),
      ).toEqual([START_MS, START_MS + 1000]);
    },
  );

  it('writes clusters of known size and tags after them on request', async () => {
    const standIn = await start();
    const stream = standIn.createStream('calls');
    const { producerTimestampMs, blocks } = makeFragment(0);
    const items = [
      { producerTimestampMs, blocks: blocks.slice(0, 3) },
      { blocks: blocks.slice(3), tags: [{ name: 'Position', value: 'after' }] },
    ];

    await play(standIn.url, each(items), { stream, clusterSize: 'known', endOfFragmentTags: true });
    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 1);

    expect(reader.of('block')).toHaveLength(blocks.length);
    expect(reader.of('complete')[0]?.tags.get('Position')).toBe('after');
  });

  it('says which stream does not exist', async () => {
    const standIn = await start();

    await expect(
      play(standIn.url, each(makeFragments(1)), { stream: 'nobody' }),
    ).rejects.toMatchObject({
      code: 'stream-not-found',
      message: expect.stringContaining('nobody') as string,
    });
  });

  it('throws the ErrorId of a refused fragment while its source still waits', async () => {
    const standIn = await startWithStream();
    const feed = new Feed();
    feed.push(makeFragment(5));
    feed.push(makeFragment(0));

    const playing = play(standIn.url, feed);

    await expect(playing).rejects.toMatchObject({
      code: 'stream-error',
      message: expect.stringContaining('4004 FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS') as string,
    });
  });

  it('passes on what its source throws, and breaks the connection off', async () => {
    const standIn = await startWithStream();
    async function* broken(): AsyncGenerator<ProducerFragment> {
      yield* each(makeFragments(1));
      throw new RangeError('the file is too short');
    }

    await expect(play(standIn.url, broken())).rejects.toThrow('the file is too short');
  });

  it('tells when the service closes for want of data', async () => {
    const standIn = await startWithStream({ limits: { putMediaIdleMs: 20 } });
    const feed = new Feed();
    feed.push(makeFragment(0));

    await expect(play(standIn.url, feed)).rejects.toMatchObject({
      code: 'stream-error',
      message: expect.stringContaining('closed the connection') as string,
    });
  });

  it('stops at once when it is aborted', async () => {
    const standIn = await startWithStream();
    const abort = new AbortController();
    const feed = new Feed();
    feed.push(makeFragment(0));

    const playing = play(standIn.url, feed, {
      signal: abort.signal,
      onAcknowledgement: () => abort.abort(),
    });

    await expect(playing).rejects.toMatchObject({ code: 'aborted' });
  });

  it('reports an endpoint that nobody listens on as unavailable', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));

    await expect(play(`http://127.0.0.1:${port}`, each(makeFragments(1)))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });

  it('sends nothing for an empty source', async () => {
    const fragments = each<ProducerFragment>([]);

    const { fragmentNumbers } = await play('http://127.0.0.1:1', fragments);

    expect(fragmentNumbers).toEqual([]);
  });
});

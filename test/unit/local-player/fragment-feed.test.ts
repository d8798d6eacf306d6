import type { SourceFragment } from '../../../local/player/call-source';
import { FragmentFeed } from '../../../local/player/fragment-feed';

async function* fragments(count: number): AsyncGenerator<SourceFragment> {
  for (let index = 0; index < count; index += 1) yield { timestampMs: index * 10, blocks: [] };
}

async function timesOf(feed: FragmentFeed, stopAfter = Infinity): Promise<number[]> {
  const times: number[] = [];
  for await (const fragment of feed.remaining()) {
    times.push(fragment.timestampMs);
    if (times.length >= stopAfter) break;
  }
  return times;
}

describe('FragmentFeed', () => {
  it('hands everything over once when nothing breaks', async () => {
    expect(await timesOf(new FragmentFeed(fragments(3)))).toEqual([0, 10, 20]);
  });

  it('begins again with the first fragment that was not received', async () => {
    const feed = new FragmentFeed(fragments(6));
    await timesOf(feed, 4);
    feed.received(10);

    expect(await timesOf(feed, 3)).toEqual([20, 30, 40]);
    feed.received(40);
    expect(await timesOf(feed)).toEqual([50]);
    expect(await timesOf(feed)).toEqual([50]);
  });

  it('keeps its place while fragments are received behind it', async () => {
    const feed = new FragmentFeed(fragments(5));
    const times: number[] = [];
    for await (const fragment of feed.remaining()) {
      times.push(fragment.timestampMs);
      feed.received(fragment.timestampMs - 10);
    }

    expect(times).toEqual([0, 10, 20, 30, 40]);
  });

  it('loses nothing to a reader that was abandoned while it waited', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* slow(): AsyncGenerator<SourceFragment> {
      yield* fragments(1);
      await gate;
      yield { timestampMs: 10, blocks: [] };
    }
    const feed = new FragmentFeed(slow());
    const abandoned = feed.remaining();
    await abandoned.next();
    void abandoned.next();

    const times = timesOf(feed);
    release();

    expect(await times).toEqual([0, 10]);
  });

  it('gives up the oldest when too many wait to be received', async () => {
    const feed = new FragmentFeed(fragments(100));
    await timesOf(feed);

    expect(await timesOf(feed)).toHaveLength(64);
  });

  it('passes on what breaks the source', async () => {
    async function* broken(): AsyncGenerator<SourceFragment> {
      yield* fragments(1);
      throw new Error('the disk is gone');
    }

    await expect(timesOf(new FragmentFeed(broken()))).rejects.toThrow('the disk is gone');
  });
});

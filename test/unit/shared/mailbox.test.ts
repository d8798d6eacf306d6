import { Mailbox } from '../../../shared/mailbox';

describe('Mailbox', () => {
  it('gives items in order and ends after the last', async () => {
    const mailbox = new Mailbox<number>();
    [1, 2, 3].forEach((item) => mailbox.push(item));
    mailbox.close();

    const got: number[] = [];
    for await (const item of mailbox) got.push(item);

    expect(got).toEqual([1, 2, 3]);
  });

  it('fails its reader only after what was queued', async () => {
    const mailbox = new Mailbox<number>();
    mailbox.push(1);
    mailbox.fail(new Error('broken'));

    expect(await mailbox.take()).toEqual({ done: false, value: 1 });
    await expect(mailbox.take()).rejects.toThrow('broken');
  });

  it('wakes a reader that waits', async () => {
    const mailbox = new Mailbox<number>();
    const taken = mailbox.take();

    mailbox.push(5);

    expect(await taken).toEqual({ done: false, value: 5 });
  });

  describe('pushed quietly', () => {
    /** What a reader that waits for `ready` is told meanwhile. */
    async function toldWhen(work: (mailbox: Mailbox<number>) => void) {
      const mailbox = new Mailbox<number>();
      let told: boolean | undefined;
      void mailbox.ready().then((isReady) => (told = isReady));
      work(mailbox);
      await new Promise(setImmediate);
      return { told, items: [mailbox.takeNow(), mailbox.takeNow()] };
    }

    it('an item lets the reader wait', async () => {
      const { told, items } = await toldWhen((mailbox) => mailbox.pushQuietly(1));

      expect(told).toBeUndefined();
      expect(items).toEqual([1, undefined]);
    });

    it.each([
      ['a nudge', (mailbox: Mailbox<number>) => mailbox.nudge(), [1, undefined]],
      ['the next item', (mailbox: Mailbox<number>) => mailbox.push(2), [1, 2]],
      ['the end', (mailbox: Mailbox<number>) => mailbox.close(), [1, undefined]],
    ])('it is told with %s', async (_name, tell, expected) => {
      const { told, items } = await toldWhen((mailbox) => {
        mailbox.pushQuietly(1);
        tell(mailbox);
      });

      expect(told).not.toBeUndefined();
      expect(items).toEqual(expected);
    });

    it('a nudge of nothing tells nobody', async () => {
      const { told } = await toldWhen((mailbox) => mailbox.nudge());

      expect(told).toBeUndefined();
    });

    it('a later reader waits as well, once what was told of is taken', async () => {
      const mailbox = new Mailbox<number>();
      mailbox.push(1);
      mailbox.takeNow();
      mailbox.pushQuietly(2);
      let told: boolean | undefined;
      void mailbox.ready().then((isReady) => (told = isReady));
      await new Promise(setImmediate);

      expect(told).toBeUndefined();
    });
  });

  it('tells that something is queued, and leaves it there', async () => {
    const mailbox = new Mailbox<number>();
    const ready = mailbox.ready();

    mailbox.push(5);

    expect(await ready).toBe(true);
    expect(mailbox.takeNow()).toBe(5);
  });

  it.each([
    ['is told that nothing comes', (mailbox: Mailbox<number>) => mailbox.close(), false],
    ['fails', (mailbox: Mailbox<number>) => mailbox.fail(new Error('broken')), 'broken'],
  ])('has a reader that waits and %s', async (_, end, expected) => {
    const mailbox = new Mailbox<number>();
    const ready = mailbox.ready().catch((reason: unknown) => (reason as Error).message);

    end(mailbox);

    expect(await ready).toBe(expected);
  });

  it('takes nothing once it is closed', () => {
    const mailbox = new Mailbox<number>();
    mailbox.close();

    mailbox.push(1);

    expect(mailbox.size).toBe(0);
    expect(mailbox.closed).toBe(true);
  });

  it('keeps its first end', async () => {
    const mailbox = new Mailbox<number>();
    mailbox.close();
    mailbox.fail(new Error('too late'));

    expect(await mailbox.take()).toEqual({ done: true, value: undefined });
  });

  it('lets every writer go on that waits for room', async () => {
    const mailbox = new Mailbox<number>();
    mailbox.push(1);
    const wrote: string[] = [];
    const write = async (name: string) => {
      await mailbox.drained(1);
      mailbox.push(0);
      wrote.push(name);
    };
    const writers = Promise.all([write('a'), write('b')]);

    for (let reads = 0; reads < 3; reads++) await mailbox.take();
    await writers;

    expect(wrote.sort()).toEqual(['a', 'b']);
  });

  it('lets waiting writers go on when it is closed', async () => {
    const mailbox = new Mailbox<number>();
    mailbox.push(1);
    const writers = Promise.all([mailbox.drained(1), mailbox.drained(1)]);

    mailbox.close();

    await expect(writers).resolves.toBeDefined();
  });
});

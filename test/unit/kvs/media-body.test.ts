import { seededRandom } from '../../support/seeded-random';
import { AfterReads } from '../../../functions/worker/kvs/after-reads';
import { BodyMemory, PIECE_BYTES } from '../../../functions/worker/kvs/body-memory';
import { MAX_UNREAD_BYTES, MediaBody } from '../../../functions/worker/kvs/media-body';

function recorded(memory?: BodyMemory) {
  const calls: string[] = [];
  const source = {
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    close: () => calls.push('close'),
  };
  const body = new MediaBody(source, memory);
  return { body, calls };
}

function push(body: MediaBody, length: number, fill = 1): void {
  body.push(new Uint8Array(length + 2).fill(fill), 1, length + 1);
  body.flush();
}

const none = Promise.resolve({ done: true, value: undefined } as const);

function valueOf({ value }: IteratorResult<Uint8Array, unknown>): number[] {
  return value instanceof Uint8Array ? [...value] : [];
}

describe('MediaBody', () => {
  it('gives what came before the pull at once, and what comes after it as it comes', async () => {
    const { body } = recorded();
    push(body, 2, 1);
    push(body, 1, 2);

    const pulled = [valueOf(await body.next())];
    const waiting = body.next();
    push(body, 1, 3);
    pulled.push(valueOf(await waiting));

    expect(pulled).toEqual([[1, 1, 2], [3]]);
  });

  it('gives whatever comes in whatever order of pushes and pulls, and nothing twice', async () => {
    const random = seededRandom(5);
    const { body } = recorded();
    const pushed: number[] = [];
    const pulled: number[] = [];
    for (let round = 0; round < 400; round += 1) {
      const waiting = random() < 0.5 ? body.next() : undefined;
      for (let times = random() * 3; times > 0 || waiting !== undefined; times -= 1) {
        const length = 1 + Math.floor(random() ** 4 * 3 * PIECE_BYTES);
        push(body, length, round % 251);
        for (let at = 0; at < length; at += 1) pushed.push(round % 251);
        if (times <= 1) break;
      }
      const piece = valueOf(
        await (waiting ?? (pushed.length > pulled.length ? body.next() : none)),
      );
      for (const octet of piece) pulled.push(octet);
    }
    body.end();
    for await (const piece of body) for (const octet of piece) pulled.push(octet);

    expect(Buffer.compare(Buffer.from(pulled), Buffer.from(pushed))).toBe(0);
  });

  it('keeps a piece as it is until the next pull', async () => {
    const { body } = recorded();
    push(body, 3, 1);
    const first = await body.next();
    push(body, 3, 2);

    expect(valueOf(first)).toEqual([1, 1, 1]);
  });

  it('leaves the memory of what was used up to whichever body has something next', async () => {
    const memory = new BodyMemory();
    const [first, second] = [recorded(memory).body, recorded(memory).body];
    const pullOf = async (body: MediaBody) => (await body.next()).value as Uint8Array;
    push(first, 10, 1);
    const kept = await pullOf(first);
    push(second, 10, 2);
    const other = await pullOf(second);

    void first.next();
    push(second, 10, 3);
    const after = await pullOf(second);

    expect(other.buffer).not.toBe(kept.buffer);
    expect(after.buffer).toBe(kept.buffer);
    expect([...other.subarray(0, 10)]).toEqual(Array(10).fill(2));
  });

  it('leaves alone what a reader that left may still be using', async () => {
    const memory = new BodyMemory();
    const [first, second] = [recorded(memory).body, recorded(memory).body];
    push(first, 10, 1);
    const { value } = await first.next();
    await first.return();
    for (let round = 0; round < 3; round += 1) {
      push(second, 10, 2);
      await second.next();
    }

    expect([...(value as Uint8Array)]).toEqual(Array(10).fill(1));
  });

  it('pauses its source at the bound and lets it go on below', async () => {
    const { body, calls } = recorded();
    push(body, MAX_UNREAD_BYTES - 1);
    expect(calls).toEqual([]);
    push(body, 1);
    push(body, 1);
    expect(calls).toEqual(['pause']);

    await body.next();

    expect(calls).toEqual(['pause', 'resume']);
  });

  it('ends after what is unread', async () => {
    const { body } = recorded();
    push(body, 1);
    body.end();
    push(body, 1);

    expect((await body.next()).done).toBe(false);
    expect((await body.next()).done).toBe(true);
    expect((await body.next()).done).toBe(true);
  });

  it('fails once, after what is unread', async () => {
    const { body } = recorded();
    push(body, 1);
    body.end(new Error('reset'));
    body.end(new Error('another'));

    expect((await body.next()).done).toBe(false);
    await expect(body.next()).rejects.toThrow('reset');
    expect((await body.next()).done).toBe(true);
  });

  it('tells a reader that waits of the end and of a failure', async () => {
    const ended = recorded();
    const failed = recorded();
    const pulls = [ended.body.next(), failed.body.next()];

    ended.body.end();
    failed.body.end(new Error('reset'));

    await expect(pulls[0]).resolves.toEqual({ done: true, value: undefined });
    await expect(pulls[1]).rejects.toThrow('reset');
  });

  it('closes its source and forgets what is unread when the reader leaves', async () => {
    const { body, calls } = recorded();
    push(body, 1);

    for await (const _ of body) break;

    expect(calls).toEqual(['close']);
    push(body, 1);
    expect((await body.next()).done).toBe(true);
  });

  it('keeps the order of many pieces, and pauses its source once until few are left', async () => {
    const { body, calls } = recorded();
    const bytes = Uint8Array.from({ length: 3 * PIECE_BYTES + 5 }, (_, at) => at % 251);
    const waiting = body.next();

    body.push(bytes, 0, bytes.length);
    body.flush();
    const pulled = [valueOf(await waiting)];
    expect(calls).toEqual(['pause']);
    pulled.push(valueOf(await body.next()));
    expect(calls).toEqual(['pause']);
    pulled.push(valueOf(await body.next()));
    expect(calls).toEqual(['pause', 'resume']);
    pulled.push(valueOf(await body.next()));

    expect(Buffer.compare(Buffer.from(pulled.flat()), bytes)).toBe(0);
  });

  it('gives back every piece that is unread when its reader leaves', async () => {
    const memory = new BodyMemory();
    const given: Buffer[] = [];
    memory.give = (piece) => void given.push(piece);
    const { body } = recorded(memory);
    push(body, 3 * PIECE_BYTES + 5);

    await body.return();

    expect(new Set(given).size).toBe(4);
    expect(given).toHaveLength(4);
  });

  it('lets all sockets be read before it gives a waiting reader what came', async () => {
    const looks: (() => void)[] = [];
    const afterReads = new AfterReads((run) => void looks.push(run));
    const [first, second] = [1, 2].map(() => {
      const source = { pause: () => 0, resume: () => 0, close: () => 0 };
      return new MediaBody(source, new BodyMemory(), afterReads);
    }) as [MediaBody, MediaBody];
    const given: string[] = [];
    const pull = (body: MediaBody, name: string) =>
      body.next().then((result) => given.push(`${name} ${valueOf(result).join(' ')}`));
    const pulls = [pull(first, 'first'), pull(second, 'second')];

    push(first, 1, 1);
    push(second, 1, 2);
    push(first, 1, 3);
    await Promise.resolve();
    expect(given).toEqual([]);
    expect(looks).toHaveLength(1);
    looks[0]?.();
    await Promise.all(pulls);

    expect(given).toEqual(['first 1 3', 'second 2']);
  });

  it('is to be looked at once, however much comes in one look', async () => {
    let added = 0;
    const afterReads = new AfterReads(() => undefined);
    const source = { pause: () => 0, resume: () => 0, close: () => 0 };
    const body = new MediaBody(source, new BodyMemory(), {
      add: (due: MediaBody) => {
        added += 1;
        afterReads.add(due);
      },
    } as unknown as AfterReads);
    for (let round = 0; round < 5; round += 1) {
      const waiting = body.next();
      push(body, 10);
      push(body, PIECE_BYTES);
      await waiting;
      await body.next();
    }

    expect(added).toBe(1);
  });

  it('ends a reader that waits with what came, whether sockets are being read or not', async () => {
    const looks: (() => void)[] = [];
    const source = { pause: () => 0, resume: () => 0, close: () => 0 };
    const afterReads = new AfterReads((run) => void looks.push(run));
    const body = new MediaBody(source, new BodyMemory(), afterReads);
    const waiting = body.next();
    push(body, 2, 7);
    body.end();
    looks[0]?.();

    expect(valueOf(await waiting)).toEqual([7, 7]);
    expect(await body.next()).toEqual({ done: true, value: undefined });
  });
});

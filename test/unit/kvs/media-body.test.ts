import { MAX_UNREAD_BYTES, MediaBody } from '../../../functions/worker/kvs/media-body';

function recorded() {
  const calls: string[] = [];
  const body = new MediaBody({
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    close: () => calls.push('close'),
  });
  return { body, calls };
}

const piece = (length: number, fill = 1) => new Uint8Array(length).fill(fill);

describe('MediaBody', () => {
  it('gives pieces in order, those that came before the pull and those after', async () => {
    const { body } = recorded();
    body.push(piece(1, 1));
    body.push(piece(1, 2));

    const pulled = [await body.next(), await body.next()];
    const waiting = body.next();
    body.push(piece(1, 3));
    pulled.push(await waiting);

    expect(pulled.map(({ value }) => (value as Uint8Array)[0])).toEqual([1, 2, 3]);
  });

  it('pauses its source at the bound and lets it go on below', async () => {
    const { body, calls } = recorded();
    body.push(piece(MAX_UNREAD_BYTES - 1));
    expect(calls).toEqual([]);
    body.push(piece(1));
    body.push(piece(1));
    expect(calls).toEqual(['pause']);

    await body.next();

    expect(calls).toEqual(['pause', 'resume']);
  });

  it('ends after what is unread', async () => {
    const { body } = recorded();
    body.push(piece(1));
    body.end();
    body.push(piece(1));

    expect((await body.next()).done).toBe(false);
    expect((await body.next()).done).toBe(true);
    expect((await body.next()).done).toBe(true);
  });

  it('fails once, after what is unread', async () => {
    const { body } = recorded();
    body.push(piece(1));
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
    body.push(piece(1));

    for await (const _ of body) break;

    expect(calls).toEqual(['close']);
    body.push(piece(1));
    expect((await body.next()).done).toBe(true);
  });
});

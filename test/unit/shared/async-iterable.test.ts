import { mapped } from '../../../shared/async-iterable';

describe('mapped', () => {
  it('changes each item and ends with the last', async () => {
    const got: number[] = [];
    for await (const item of mapped(numbers([]), (n) => n * 2)) got.push(item);

    expect(got).toEqual([2, 4, 6]);
  });

  it('pulls nothing before it is asked for', async () => {
    const events: string[] = [];

    for await (const item of mapped(numbers(events), (n) => n)) events.push(`had ${item}`);

    expect(events).toEqual(['made 1', 'had 1', 'made 2', 'had 2', 'made 3', 'had 3', 'closed']);
  });

  it('closes its source when its reader stops', async () => {
    const events: string[] = [];

    for await (const _ of mapped(numbers(events), (n) => n)) break;

    expect(events).toEqual(['made 1', 'closed']);
  });

  it('fails as its source does', async () => {
    const failing = mapped(numbers([], new Error('broken')), (n) => n)[Symbol.asyncIterator]();

    for (const value of [1, 2, 3]) expect(await failing.next()).toEqual({ done: false, value });
    await expect(failing.next()).rejects.toThrow('broken');
  });
});

async function* numbers(events: string[], failure?: Error): AsyncGenerator<number> {
  try {
    for (const item of [1, 2, 3]) {
      events.push(`made ${item}`);
      await Promise.resolve();
      yield item;
    }
    if (failure !== undefined) throw failure;
  } finally {
    events.push('closed');
  }
}

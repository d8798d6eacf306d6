import type { TranscribeEvent } from '../../../functions/transcribe/events';
import { EventBuffer } from '../../../functions/transcribe/event-buffer';

const BASE = {
  channel: 'caller',
  startMs: 0,
  endMs: 500,
  startTime: '2026-01-01T00:00:00.000Z',
  sessionOrdinal: 1,
} as const;

const partial = (resultId: string, text: string): TranscribeEvent => ({
  type: 'partial',
  ...BASE,
  resultId,
  text,
});
const final = (resultId: string, text: string): TranscribeEvent => ({
  type: 'final',
  ...BASE,
  resultId,
  text,
  words: [],
});

async function texts(buffer: EventBuffer): Promise<string[]> {
  const all: string[] = [];
  for (let event = await buffer.take(); event !== undefined; event = await buffer.take()) {
    all.push(`${event.type} ${'text' in event ? event.text : ''}`);
  }
  return all;
}

describe('EventBuffer', () => {
  it('keeps only the last partial of a result that nobody has read', async () => {
    const buffer = new EventBuffer();
    await buffer.push(partial('a', 'good'));
    await buffer.push(partial('b', 'yes'));
    await buffer.push(partial('a', 'good morning'));
    buffer.close();

    expect(await texts(buffer)).toEqual(['partial good morning', 'partial yes']);
  });

  it('leaves a waiting partial out when its final comes', async () => {
    const buffer = new EventBuffer();
    await buffer.push(partial('a', 'good'));
    await buffer.push(final('a', 'Good.'));
    buffer.close();

    expect(await texts(buffer)).toEqual(['final Good.']);
  });

  it('has its writer wait when it is full, and loses no final', async () => {
    const buffer = new EventBuffer();
    let written = 0;
    const writing = (async () => {
      for (; written < 1_000; written++) await buffer.push(final(`${written}`, `${written}`));
      buffer.close();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    const waitedAt = written;

    const read = await texts(buffer);
    await writing;

    expect(waitedAt).toBeLessThan(300);
    expect(read).toEqual(Array.from({ length: 1_000 }, (_, index) => `final ${index}`));
  });

  it('gives what waits before it fails', async () => {
    const buffer = new EventBuffer();
    await buffer.push(final('a', 'Good.'));
    buffer.fail(new Error('over'));

    expect(await buffer.take()).toMatchObject({ text: 'Good.' });
    await expect(buffer.take()).rejects.toThrow('over');
  });
});

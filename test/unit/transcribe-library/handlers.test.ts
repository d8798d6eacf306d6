import type { TranscribeEvent } from '../../../functions/transcribe/events';
import { Transcription } from '../../../functions/transcribe/transcription';

const END: TranscribeEvent = {
  type: 'end',
  endMs: 1_000,
  channels: ['caller'],
  finals: 2,
  gaps: 0,
  sessions: 1,
  billedSeconds: 15,
};

function final(text: string): TranscribeEvent {
  return {
    type: 'final',
    channel: 'caller',
    startMs: 0,
    endMs: 500,
    startTime: '2026-01-01T00:00:00.000Z',
    text,
    words: [],
    resultId: text,
    sessionOrdinal: 1,
  };
}

async function* told(...events: (TranscribeEvent | Error)[]): AsyncGenerator<TranscribeEvent> {
  for (const event of events) {
    if (event instanceof Error) throw event;
    yield await Promise.resolve(event);
  }
}

describe('Transcription', () => {
  it('hands each event to the handlers of its type, in order', async () => {
    const transcription = new Transcription(() => told(final('one'), final('two'), END));
    const heard: string[] = [];

    transcription.on('final', ({ text }) => void heard.push(text));
    const end = await transcription.on('end', ({ type }) => void heard.push(type)).done;

    expect(heard).toEqual(['one', 'two', 'end']);
    expect(end).toEqual(END);
  });

  it('waits for a handler before it hands on the next event', async () => {
    const transcription = new Transcription(() => told(final('one'), final('two'), END));
    const heard: string[] = [];

    await transcription.on('final', async ({ text }) => {
      heard.push(`${text} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      heard.push(`${text} ends`);
    }).done;

    expect(heard).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('tells the error handler why it ended early', async () => {
    const reason = new Error('over');
    const transcription = new Transcription(() => told(final('one'), reason));

    const heard = await new Promise((resolve) => transcription.on('error', resolve));

    expect(heard).toBe(reason);
  });

  it('rejects `done` with what a handler throws', async () => {
    const transcription = new Transcription(() => told(final('one'), END));

    const { done } = transcription.on('final', () => {
      throw new Error('no room');
    });

    await expect(done).rejects.toThrow('no room');
  });

  it('has one reader', () => {
    const transcription = new Transcription(() => told(END));
    transcription[Symbol.asyncIterator]();

    expect(() => transcription.on('final', () => undefined)).toThrow('one reader');
  });
});

import { ChainOutput } from '../../../functions/worker/transcribe/chain-output';
import type { TranscribeItem } from '../../../functions/worker/transcribe/transcribe-item';

const sent = (toSample: number): TranscribeItem => ({ type: 'sent', toSample });
const DONE: TranscribeItem = { type: 'interval-done', toSample: 9 };

/** What a reader that waits has been given after each piece of work. */
async function given(...steps: ((output: ChainOutput) => void)[]) {
  const output = new ChainOutput(new AbortController().signal);
  const got: TranscribeItem[][] = [];
  let batch: TranscribeItem[] = [];
  void (async () => {
    while (await output.ready()) batch.push(...output.now);
  })();
  for (const step of steps) {
    step(output);
    await new Promise(setImmediate);
    got.push(batch);
    batch = [];
  }
  output.close();
  return got;
}

describe('ChainOutput', () => {
  it('gives what only moves marks together with what must be written down, in order', async () => {
    const [first, second] = await given(
      (output) => void output.emit(sent(1)),
      (output) => void output.emit(DONE),
    );

    expect(first).toEqual([]);
    expect(second).toEqual([sent(1), DONE]);
  });

  it('gives it by itself at a tick before which no more came', async () => {
    const got = await given(
      (output) => void output.emit(sent(1)),
      (output) => output.tick(),
      (output) => output.tick(),
    );

    expect(got).toEqual([[], [], [sent(1)]]);
  });

  it('gives it when a few of them wait, however fast they come', async () => {
    const items = Array.from({ length: 40 }, (_, at) => sent(at));
    const got = await given(
      ...items.map((item) => (output: ChainOutput) => void output.emit(item)),
    );

    expect(got.filter((batch) => batch.length > 0).length).toBeGreaterThan(2);
    expect(items).toEqual([...got.flat(), ...items.slice(got.flat().length)]);
    expect(got.flat().length).toBeGreaterThan(20);
  });
});

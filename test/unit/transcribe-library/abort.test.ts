import { Readable } from 'node:stream';

import { transcribe } from '../../../functions/transcribe/transcribe';
import type { TranscribeStandIn } from '../../../local/transcribe/transcribe';
import { until } from '../../support/until';
import { at, bytesOf, collect, MONO, StandIns, tones } from './support';

const standIns = new StandIns();
let standIn: TranscribeStandIn;
beforeEach(async () => {
  standIn = await standIns.start();
});
afterEach(() => standIns.close());

/** Audio of a microphone that never stops. */
async function* endless(): AsyncGenerator<Uint8Array> {
  const piece = bytesOf(tones('1'));
  for (;;) {
    yield piece;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Resolves once the service has no session any more. */
const allOver = () => until(() => standIn.counters().active === 0);

describe('the end of transcribe', () => {
  it('lets go of the session when it is aborted', async () => {
    const stop = new AbortController();

    const reading = (async () => {
      const run = { ...at(standIn), signal: stop.signal };
      for await (const event of transcribe(endless(), MONO, run))
        if (event.type === 'partial') stop.abort();
    })();

    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    await allOver();
  });

  it('lets go of the session and the input when the loop is left', async () => {
    let onReturn: () => void = () => undefined;
    const returned = new Promise<void>((resolve) => (onReturn = resolve));
    async function* input() {
      try {
        yield* endless();
      } finally {
        onReturn();
      }
    }

    for await (const event of transcribe(input(), MONO, at(standIn)))
      if (event.type === 'partial') break;

    await allOver();
    await returned;
  });

  it('does not wait for an input that owes it data', async () => {
    const silent = new Readable({ read: () => undefined });
    const stop = new AbortController();
    const reading = collect(transcribe(silent, MONO, { ...at(standIn), signal: stop.signal }));

    await new Promise((resolve) => setImmediate(resolve));
    stop.abort('enough');

    await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(silent.destroyed).toBe(true);
  });

  it('opens nothing when it was aborted before', async () => {
    const reading = collect(
      transcribe(endless(), MONO, { ...at(standIn), signal: AbortSignal.abort() }),
    );

    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    expect(standIn.sessions()).toEqual([]);
  });

  it('throws what the input throws', async () => {
    async function* broken() {
      yield bytesOf(tones('1'));
      throw new Error('the microphone is gone');
      await Promise.resolve();
    }

    await expect(collect(transcribe(broken(), MONO, at(standIn)))).rejects.toThrow(
      'the microphone is gone',
    );
  });

  it('refuses text in the place of bytes', async () => {
    const audio = Readable.from(['text']) as AsyncIterable<Uint8Array>;

    await expect(collect(transcribe(audio, MONO, at(standIn)))).rejects.toMatchObject({
      code: 'bad-audio',
    });
  });
});

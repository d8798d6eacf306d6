import type { Recognition } from '../../../local/recognisers/recogniser';
import type { DecoderProcess } from '../../../local/recognisers/speech/decoder-process';
import type { FromDecoder, ToDecoder } from '../../../local/recognisers/speech/messages';
import { ProcessEngine } from '../../../local/recognisers/speech/process-engine';

const RATE_HZ = 8_000;

/** A process whose answers the test decides. */
class FakeProcess implements DecoderProcess {
  readonly received: ToDecoder[] = [];
  killed = false;
  #onMessage: (message: FromDecoder) => void = () => undefined;
  readonly #onEnd: ((reason: string) => void)[] = [];

  send(message: ToDecoder): void {
    this.received.push(message);
  }
  onMessage(listener: (message: FromDecoder) => void): void {
    this.#onMessage = listener;
  }
  onEnd(listener: (reason: string) => void): void {
    this.#onEnd.push(listener);
  }
  kill(): void {
    this.killed = true;
    this.end('signal SIGKILL');
  }
  answer(message: FromDecoder): void {
    this.#onMessage(message);
  }
  end(reason: string): void {
    for (const listener of this.#onEnd.splice(0)) listener(reason);
  }
}

function setUp(mostDecoders = 2, processPath = __filename) {
  const processes: FakeProcess[] = [];
  const heard: Recognition[] = [];
  const engine = new ProcessEngine({
    name: 'fake',
    advice: 'is it plugged in?',
    language: 'en-',
    models: 'the models',
    processPath,
    mostDecoders,
    startProcess: () => {
      const started = new FakeProcess();
      processes.push(started);
      return started;
    },
  });
  const options = {
    sampleRateHz: RATE_HZ,
    languageCode: 'en-US',
    onRecognition: (recognition: Recognition) => heard.push(recognition),
  };
  const open = async () => {
    const opening = engine.open(options);
    const decoder = processes.at(-1);
    if (!decoder) throw new Error('no process was started');
    decoder.answer({ kind: 'ready' });
    return { recogniser: await opening, decoder };
  };
  return { engine, options, heard, processes, open };
}

/** Whether the promise settles before the event loop comes round. */
async function isPending(promise: Promise<void>): Promise<boolean> {
  const turn = new Promise<'pending'>((resolve) => setImmediate(() => resolve('pending')));
  return (await Promise.race([promise, turn])) === 'pending';
}

describe('ProcessEngine', () => {
  it('opens a recogniser when its process is ready', async () => {
    const { open } = setUp();

    const { decoder } = await open();

    expect(decoder.received).toEqual([
      { kind: 'open', models: 'the models', sampleRateHz: RATE_HZ },
    ]);
  });

  it('rejects with the failure that the process reports, and ends it', async () => {
    const { engine, options, processes } = setUp();

    const opening = engine.open(options);
    processes[0]?.answer({ kind: 'failed', code: 'bad-configuration', message: 'no model' });

    await expect(opening).rejects.toMatchObject({ code: 'bad-configuration', message: 'no model' });
    expect(processes[0]?.killed).toBe(true);
  });

  it('rejects a language that it does not know', async () => {
    const { engine, options, processes } = setUp();

    await expect(engine.open({ ...options, languageCode: 'de-DE' })).rejects.toMatchObject({
      code: 'bad-request',
    });
    expect(processes).toEqual([]);
  });

  it('rejects more decoders than it may run until one has ended', async () => {
    const { engine, options, open } = setUp(1);
    const { recogniser } = await open();

    await expect(engine.open(options)).rejects.toMatchObject({ code: 'quota-exceeded' });
    recogniser.close();

    await expect(open()).resolves.toBeDefined();
  });

  it('tries itself out with a decoder that it closes again', async () => {
    const { engine, processes } = setUp();

    const trying = engine.tryOut();
    processes[0]?.answer({ kind: 'ready' });

    expect(await trying).toBe(engine);
    expect(processes.map(({ killed }) => killed)).toEqual([true]);
  });

  it('gives advice when the decoder does not start', async () => {
    const { engine, processes } = setUp();

    const trying = engine.tryOut();
    processes[0]?.end('signal SIGABRT');

    const error: unknown = await trying.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'bad-configuration',
      message: expect.stringMatching(/SIGABRT.*is it plugged in\?$/) as string,
    });
  });

  it('says that its process has not been built', async () => {
    const { engine } = setUp(2, '/nowhere.mjs');

    await expect(engine.tryOut()).rejects.toThrow('npm run build');
  });

  it('ends all its processes when it is closed', async () => {
    const { engine, processes, open } = setUp();
    await open();
    await open();

    await engine.close();

    expect(processes.map(({ killed }) => killed)).toEqual([true, true]);
  });
});

describe('ProcessRecogniser', () => {
  it('sends a copy of the samples, which are the caller’s to overwrite', async () => {
    const { open } = setUp();
    const { recogniser, decoder } = await open();
    const samples = Int16Array.of(1, 2, 3);

    const pushed = recogniser.push(samples);
    samples.fill(0);
    await pushed;

    expect(decoder.received.at(-1)).toEqual({ kind: 'audio', samples: Int16Array.of(1, 2, 3) });
    recogniser.close();
  });

  it('makes its caller wait when 5 s of audio are unheard', async () => {
    const { open } = setUp();
    const { recogniser, decoder } = await open();
    const push = async () => recogniser.push(new Int16Array(RATE_HZ));

    for (let second = 0; second < 5; second += 1) await push();
    const sixth = push();
    const waited = await isPending(sixth);
    decoder.answer({ kind: 'heard', samples: RATE_HZ });

    await expect(sixth).resolves.toBeUndefined();
    expect(waited).toBe(true);
    recogniser.close();
  });

  it('reports recognitions and finishes when the process has', async () => {
    const { heard, open } = setUp();
    const { recogniser, decoder } = await open();
    const recognition: Recognition = {
      kind: 'final',
      utterance: 1,
      startSample: 0,
      endSample: 8,
      words: [],
    };

    const finished = Promise.resolve(recogniser.finish());
    decoder.answer({ kind: 'recognition', recognition });
    decoder.answer({ kind: 'finished' });
    await finished;

    expect(heard).toEqual([recognition]);
    expect(decoder.killed).toBe(true);
  });

  it('rejects what waits for a process that crashes, and all that follows', async () => {
    const { open } = setUp();
    const { recogniser, decoder } = await open();

    const finished = Promise.resolve(recogniser.finish());
    decoder.end('signal SIGSEGV');

    const crash = { code: 'unavailable', retryable: true, message: /SIGSEGV/ };
    await expect(finished).rejects.toMatchObject({
      ...crash,
      message: expect.stringMatching(crash.message) as string,
    });
    await expect(recogniser.push(new Int16Array(8))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

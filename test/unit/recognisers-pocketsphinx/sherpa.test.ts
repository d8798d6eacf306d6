import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSherpaEngine } from '../../../local/recognisers/sherpa';
import type { SherpaPackage } from '../../../local/recognisers/sherpa/decoder';
import { openSherpaDecoder } from '../../../local/recognisers/sherpa/decoder';
import { findSherpaModel } from '../../../local/recognisers/sherpa/model-folder';
import { wordsOfTokens } from '../../../local/recognisers/sherpa/words';

describe('findSherpaModel', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sherpa-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function fill(...names: string[]): Promise<void> {
    await Promise.all(names.map((name) => writeFile(join(folder, name), '')));
  }

  it('finds a transducer and prefers its quantised networks', async () => {
    await fill(
      'tokens.txt',
      'encoder-1.onnx',
      'encoder-1.int8.onnx',
      'decoder-1.onnx',
      'joiner-1.onnx',
    );

    expect(await findSherpaModel(folder)).toEqual({
      tokens: join(folder, 'tokens.txt'),
      transducer: {
        encoder: join(folder, 'encoder-1.int8.onnx'),
        decoder: join(folder, 'decoder-1.onnx'),
        joiner: join(folder, 'joiner-1.onnx'),
      },
    });
  });

  it('finds a paraformer', async () => {
    await fill('tokens.txt', 'encoder.onnx', 'decoder.onnx');

    expect(await findSherpaModel(folder)).toMatchObject({ paraformer: {} });
  });

  it('finds a CTC model', async () => {
    await fill('tokens.txt', 'ctc-epoch-30.onnx');

    expect(await findSherpaModel(folder)).toMatchObject({
      zipformer2Ctc: { model: join(folder, 'ctc-epoch-30.onnx') },
    });
  });

  it.each([
    [['encoder.onnx', 'decoder.onnx', 'joiner.onnx'], 'tokens.txt'],
    [['tokens.txt', 'encoder.onnx'], 'decoder'],
    [['tokens.txt'], 'encoder'],
  ])('says what is missing beside %j', async (names, missing) => {
    await fill(...names);

    await expect(findSherpaModel(folder)).rejects.toThrow(missing);
  });

  it('says that a folder is not there', async () => {
    await expect(findSherpaModel(join(folder, 'none'))).rejects.toMatchObject({
      code: 'bad-configuration',
    });
  });
});

describe('createSherpaEngine', () => {
  it('says how to install the package when it is missing', async () => {
    const findPackage = () => {
      throw new Error('not found');
    };

    await expect(createSherpaEngine({ modelFolder: '/x', findPackage })).rejects.toThrow(
      'npm install --no-save sherpa-onnx-node',
    );
  });
});

describe('wordsOfTokens', () => {
  it('joins pieces to words, in lower case when the model knows capitals only', () => {
    const words = wordsOfTokens({
      tokens: [' PLEASE', ' HO', 'LD', ' ON'],
      timestamps: [0.1, 0.5, 0.6, 0.9],
    });

    expect(words.map(({ text }) => text)).toEqual(['please', 'hold', 'on']);
  });

  it('ends a word at the next one, and the last after 200 ms', () => {
    const words = wordsOfTokens({ tokens: ['▁try', '▁again'], timestamps: [0.5, 0.6] });

    expect(words).toMatchObject([
      { text: 'try', startFrame: 50, endFrame: 60 },
      { text: 'again', startFrame: 60, endFrame: 80 },
    ]);
  });

  it('is as sure of a word as of its pieces on average', () => {
    const [word] = wordsOfTokens({
      tokens: ['▁ho', 'ld'],
      timestamps: [0, 0.1],
      ys_probs: [Math.log(0.9), Math.log(0.4)],
    });

    expect(word?.confidence).toBeCloseTo(0.6, 5);
  });

  it('does not claim a confidence that the model does not give', () => {
    expect(wordsOfTokens({ tokens: ['▁hold'], timestamps: [0] })[0]?.confidence).toBe(0);
  });
});

describe('openSherpaDecoder', () => {
  it('decodes each utterance as a stream of its own', async () => {
    const streams: { seconds: number; finished: boolean }[] = [];
    const sherpa = fakeSherpa(streams);
    const decoder = await openSherpaDecoder(MODEL, () => Promise.resolve(sherpa));

    for (const samples of [16_000, 8_000]) {
      decoder.start();
      decoder.process(new Int16Array(samples));
      decoder.end();
    }

    expect(streams).toEqual([
      { seconds: 1.5, finished: true },
      { seconds: 1, finished: true },
    ]);
  });

  it('says that the package cannot be loaded', async () => {
    const load = () => Promise.reject(new Error('wrong architecture'));

    await expect(openSherpaDecoder(MODEL, load)).rejects.toMatchObject({
      code: 'bad-configuration',
    });
  });
});

const MODEL = { tokens: 'tokens.txt', zipformer2Ctc: { model: 'model.onnx' } };

function fakeSherpa(streams: { seconds: number; finished: boolean }[]): SherpaPackage {
  return {
    OnlineRecognizer: class {
      createStream() {
        const state = { seconds: 0, finished: false };
        streams.push(state);
        return {
          acceptWaveform: ({
            samples,
            sampleRate,
          }: {
            samples: Float32Array;
            sampleRate: number;
          }) => {
            state.seconds += samples.length / sampleRate;
          },
          inputFinished: () => {
            state.finished = true;
          },
        };
      }
      isReady() {
        return false;
      }
      decode() {}
      getResult() {
        return { tokens: [], timestamps: [] };
      }
    },
  };
}

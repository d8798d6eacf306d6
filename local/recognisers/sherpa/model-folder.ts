import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { CallscribeError } from '../../../shared/errors';

/** Paths of one streaming model, in the terms of sherpa-onnx's `modelConfig`. */
export type SherpaModel = { readonly tokens: string } & (
  | { readonly transducer: { encoder: string; decoder: string; joiner: string } }
  | { readonly paraformer: { encoder: string; decoder: string } }
  | { readonly zipformer2Ctc: { model: string } }
);

/**
 * Finds the model in a folder as the sherpa-onnx project publishes them: `tokens.txt` and either
 * encoder, decoder and joiner (transducer), encoder and decoder (paraformer), or one network (CTC).
 * Where a network is there twice, the quantised `.int8.onnx` is taken, which is faster.
 *
 * @throws CallscribeError `bad-configuration` saying what is missing.
 */
export async function findSherpaModel(folder: string): Promise<SherpaModel> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw unusable(folder, 'it cannot be read', cause);
  });
  if (!names.includes('tokens.txt')) throw unusable(folder, 'it has no tokens.txt');
  const tokens = join(folder, 'tokens.txt');
  const encoder = network(folder, names, /^encoder/);
  const decoder = network(folder, names, /^decoder/);
  const joiner = network(folder, names, /^joiner/);
  if (encoder && decoder && joiner) return { tokens, transducer: { encoder, decoder, joiner } };
  if (encoder && decoder) return { tokens, paraformer: { encoder, decoder } };
  const model = (encoder ?? decoder ?? joiner) ? undefined : network(folder, names, /^/);
  if (model) return { tokens, zipformer2Ctc: { model } };
  throw unusable(folder, 'it lacks the encoder, decoder and joiner networks (.onnx)');
}

function network(folder: string, names: readonly string[], prefix: RegExp): string | undefined {
  const candidates = names.filter((name) => prefix.test(name) && name.endsWith('.onnx'));
  const name = candidates.find((each) => each.endsWith('.int8.onnx')) ?? candidates[0];
  return name && join(folder, name);
}

function unusable(folder: string, what: string, cause?: unknown): CallscribeError {
  return new CallscribeError(
    'bad-configuration',
    `LOCAL_SHERPA_MODEL ${folder} is no streaming model of sherpa-onnx: ${what}; unpack one there`,
    { cause },
  );
}

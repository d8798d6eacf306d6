import { createRequire } from 'node:module';
import { join } from 'node:path';

import { CallscribeError } from '../../shared/errors';
import { projectRoot } from '../system/project-root';
import type { RecogniserEngine } from './recogniser';
import { findSherpaModel } from './sherpa/model-folder';
import type { DecoderProcess } from './speech/decoder-process';
import { ProcessEngine } from './speech/process-engine';

export interface SherpaOptions {
  /** A streaming model as sherpa-onnx publishes them. */
  readonly modelFolder: string;
  /** Bundle of `sherpa/process.ts`; default: where the build puts it. */
  readonly processPath?: string;
  readonly mostDecoders?: number;
  readonly startProcess?: (path: string) => DecoderProcess;
  /** Throws when sherpa-onnx-node is not installed. */
  readonly findPackage?: () => void;
}

/**
 * sherpa-onnx with a model that the user brings, every recogniser a process of its own.
 *
 * @throws CallscribeError `bad-configuration` when package or model are missing.
 */
export async function createSherpaEngine(options: SherpaOptions): Promise<RecogniserEngine> {
  const root = projectRoot();
  const {
    findPackage = () => createRequire(join(root, 'package.json')).resolve('sherpa-onnx-node'),
  } = options;
  try {
    findPackage();
  } catch (cause) {
    throw new CallscribeError(
      'bad-configuration',
      'the recogniser sherpa needs the package sherpa-onnx-node: run `npm install --no-save ' +
        'sherpa-onnx-node` in the clone',
      { cause },
    );
  }
  return new ProcessEngine({
    name: 'sherpa',
    advice: `is ${options.modelFolder} a streaming model of sherpa-onnx, whole and unchanged?`,
    models: await findSherpaModel(options.modelFolder),
    processPath: options.processPath ?? join(root, 'dist/recognisers/sherpa-process.mjs'),
    mostDecoders: options.mostDecoders,
    startProcess: options.startProcess,
  }).tryOut();
}

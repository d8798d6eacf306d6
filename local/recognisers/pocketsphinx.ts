import { join } from 'node:path';

import { projectRoot } from '../system/project-root';
import { prepareModels } from './pocketsphinx/models';
import type { RecogniserEngine } from './recogniser';
import type { DecoderProcess } from './speech/decoder-process';
import { ProcessEngine } from './speech/process-engine';

export interface PocketsphinxOptions {
  /** What may be said, one sentence a line; without it the stock English model is used. */
  readonly languageModelText?: string;
  /** Folder of `en-us/`, `en-us.lm.bin` and `cmudict-en-us.dict`; default: Debian's. */
  readonly modelFolder?: string;
  /** Bundle of `pocketsphinx/process.ts`; default: where the build puts it. */
  readonly processPath?: string;
  /** Default 8, about 1 GB. */
  readonly mostDecoders?: number;
  readonly startProcess?: (path: string) => DecoderProcess;
}

/** Where the build puts the decoder's process. */
export function builtDecoderProcess(): string {
  return join(projectRoot(), 'dist/recognisers/pocketsphinx-process.mjs');
}

/**
 * PocketSphinx with Debian's models of US English, every recogniser a process of its own.
 *
 * @throws CallscribeError `bad-configuration` naming what to install, or the words of the language
 *   model text that have no pronunciation.
 */
export async function createPocketsphinxEngine(
  options: PocketsphinxOptions = {},
): Promise<RecogniserEngine> {
  const { languageModelText, modelFolder, processPath = builtDecoderProcess() } = options;
  const { files, remove } = await prepareModels(languageModelText, modelFolder);
  return new ProcessEngine({
    name: 'pocketsphinx',
    advice: 'reinstall the Debian packages libpocketsphinx3 and pocketsphinx-en-us',
    language: 'en-',
    models: files,
    removeModels: remove,
    processPath,
    mostDecoders: options.mostDecoders,
    startProcess: options.startProcess,
  }).tryOut();
}

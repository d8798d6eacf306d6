import { readFile } from 'node:fs/promises';

import { CallscribeError } from '../../shared/errors';
import { createPocketsphinxEngine } from './pocketsphinx';
import type { RecogniserEngine } from './recogniser';
import { createScriptEngine } from './script';
import { createSherpaEngine } from './sherpa';
import { createTonesEngine } from './tones';

/** What `LOCAL_RECOGNISER` may say. With `aws` there is no stand-in, and so no engine. */
export const RECOGNISER_NAMES = ['pocketsphinx', 'sherpa', 'tones', 'script', 'aws'] as const;
export type RecogniserName = (typeof RECOGNISER_NAMES)[number];

/** Environment variables that `selectEngine` reads. */
export const RECOGNISER_ENV = {
  /** Text file of what may be said, one sentence a line, for `pocketsphinx`; optional. */
  languageModelText: 'LOCAL_LANGUAGE_MODEL_TEXT',
  /** Text file of what `script` says, one utterance a line; optional. */
  scriptText: 'LOCAL_SCRIPT_TEXT',
  /** Folder of a streaming model, for `sherpa`. */
  sherpaModel: 'LOCAL_SHERPA_MODEL',
} as const;

export interface SelectOptions {
  /** The text itself; goes before the environment's file. */
  readonly languageModelText?: string;
}

/** @throws CallscribeError `bad-configuration` naming the choices. */
export function parseRecogniserName(name: string): RecogniserName {
  const found = RECOGNISER_NAMES.find((each) => each === name);
  if (found) return found;
  throw new CallscribeError(
    'bad-configuration',
    `LOCAL_RECOGNISER is "${name}", but must be one of ${RECOGNISER_NAMES.join(', ')}`,
  );
}

/**
 * The engine behind the Transcribe stand-in.
 *
 * @throws CallscribeError `bad-configuration`, one sentence that names what to install or set; also
 *   for `aws`, which a caller has to recognise before.
 */
export async function selectEngine(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  options: SelectOptions = {},
): Promise<RecogniserEngine> {
  switch (parseRecogniserName(name)) {
    case 'tones':
      return createTonesEngine();
    case 'script':
      return createScriptEngine(await readSetting(env, RECOGNISER_ENV.scriptText));
    case 'pocketsphinx': {
      const { languageModelText = await readSetting(env, RECOGNISER_ENV.languageModelText) } =
        options;
      return createPocketsphinxEngine({ languageModelText });
    }
    case 'sherpa': {
      const modelFolder = env[RECOGNISER_ENV.sherpaModel];
      if (modelFolder) return createSherpaEngine({ modelFolder });
      throw new CallscribeError(
        'bad-configuration',
        `the recogniser sherpa needs ${RECOGNISER_ENV.sherpaModel}: the folder of a streaming ` +
          'model of sherpa-onnx (tokens.txt and .onnx files)',
      );
    }
    case 'aws':
      throw new CallscribeError(
        'bad-configuration',
        'LOCAL_RECOGNISER=aws means Amazon Transcribe itself: there is no stand-in to start',
      );
  }
}

/** The text of the file that the variable names, if it does. */
async function readSetting(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): Promise<string | undefined> {
  const path = env[name];
  if (!path) return undefined;
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CallscribeError(
      'bad-configuration',
      `${name} ${path} cannot be read: give a text file with one sentence a line`,
      { cause },
    );
  });
}

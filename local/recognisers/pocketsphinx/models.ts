import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CallscribeError } from '../../../shared/errors';
import type { DecoderFiles } from './decoder';
import { restrictDictionary } from './dictionary';
import { buildLanguageModel } from './language-model';

/** Where Debian's `pocketsphinx-en-us` puts its models. */
export const DEBIAN_MODELS = '/usr/share/pocketsphinx/model/en-us';

export interface PreparedModels {
  readonly files: DecoderFiles;
  /** Removes the files that were made. */
  remove(): Promise<void>;
}

/**
 * The models for a text of what may be said, in a new temporary folder; without a text the stock
 * models.
 *
 * @param folder holds `en-us/`, `en-us.lm.bin` and `cmudict-en-us.dict`.
 * @throws CallscribeError `bad-configuration` when they are not installed or the text has a word
 *   that the dictionary lacks.
 */
export async function prepareModels(
  languageModelText: string | undefined,
  folder = DEBIAN_MODELS,
): Promise<PreparedModels> {
  const stock = {
    acousticModel: join(folder, 'en-us'),
    dictionary: join(folder, 'cmudict-en-us.dict'),
    languageModel: join(folder, 'en-us.lm.bin'),
  };
  await Promise.all(Object.values(stock).map(requireFile));
  if (languageModelText === undefined) return { files: stock, remove: async () => undefined };

  const { arpa, vocabulary } = buildLanguageModel(languageModelText);
  const dictionary = restrictDictionary(await readFile(stock.dictionary, 'utf8'), vocabulary);
  const made = await mkdtemp(join(tmpdir(), 'callscribe-models-'));
  const files = {
    acousticModel: stock.acousticModel,
    dictionary: join(made, 'words.dict'),
    languageModel: join(made, 'sentences.lm'),
  };
  await writeFile(files.dictionary, dictionary);
  await writeFile(files.languageModel, arpa);
  return { files, remove: () => rm(made, { recursive: true, force: true }) };
}

async function requireFile(path: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new CallscribeError(
      'bad-configuration',
      `the recogniser pocketsphinx needs ${path}: install the Debian packages libpocketsphinx3 ` +
        'and pocketsphinx-en-us',
      { cause },
    );
  });
}

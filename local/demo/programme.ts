import { CallscribeError } from '../../shared/errors';
import type { RecogniserEngine } from '../recognisers/recogniser';
import { parseRecogniserName, selectEngine } from '../recognisers/select';
import { spokenWords } from '../recognisers/speech/spoken-words';
import type { DemoCall } from './demo-call';
import { composeDemoCall } from './demo-call';
import { demoLanguageModelText } from './sentences';
import { composeTonesCall } from './tones-call';
import { debianVoices, type Voices } from './voices';

/** What the spoken demo needs; `local/setup.sh` installs the same ones. */
export const VOICE_PACKAGES = [
  'libpocketsphinx3',
  'pocketsphinx-en-us',
  'flite',
  'asterisk-core-sounds-en-wav',
] as const;

export interface Programme {
  readonly recogniser: string;
  readonly engine: RecogniserEngine | 'aws';
  readonly call: DemoCall;
  /** The words of a text, as they are compared. */
  wordsOf(text: string): string[];
  /** Sentences for people about what they are going to hear. */
  readonly notes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const SPOKEN_NOTE =
  'The agent is a recorded human voice on a telephone line, the caller a synthetic one.';
const LANGUAGE_MODEL_NOTE =
  'pocketsphinx works with a language model made from the sentences of this demo, as a custom ' +
  'language model would be; with its stock model it errs on more than half of such words.';

/**
 * Decides what is played and who listens. `LOCAL_RECOGNISER` chooses, default `pocketsphinx`; when
 * it is not set and the voices are not installed, a call of tones it is.
 *
 * @throws CallscribeError `bad-configuration` when what was asked for by name cannot be had.
 */
export async function prepareProgramme(
  seed: number,
  env: Environment,
  voices: Voices = debianVoices,
): Promise<Programme> {
  const chosen = env.LOCAL_RECOGNISER;
  const name = parseRecogniserName(chosen ? chosen : 'pocketsphinx');
  if (name === 'tones') return tonesProgramme(seed, env, []);
  try {
    const call = await composeDemoCall(seed, voices);
    const languageModelText = demoLanguageModelText();
    const engine = name === 'aws' ? name : await selectEngine(name, env, { languageModelText });
    const notes = name === 'pocketsphinx' ? [SPOKEN_NOTE, LANGUAGE_MODEL_NOTE] : [SPOKEN_NOTE];
    return { recogniser: name, engine, call, wordsOf: spokenWords, notes };
  } catch (reason) {
    const isMissing = reason instanceof CallscribeError && reason.code === 'bad-configuration';
    if (!isMissing || chosen) throw reason;
    return tonesProgramme(seed, env, [
      `This is a call of tones, because speech cannot be had: ${reason.message}.`,
      `For the spoken demo: sudo apt-get install --no-install-recommends ${VOICE_PACKAGES.join(' ')}`,
    ]);
  }
}

async function tonesProgramme(
  seed: number,
  env: Environment,
  notes: readonly string[],
): Promise<Programme> {
  return {
    recogniser: 'tones',
    engine: await selectEngine('tones', env),
    call: composeTonesCall(seed),
    wordsOf: (text) => text.split(' ').filter((word) => word !== ''),
    notes,
  };
}

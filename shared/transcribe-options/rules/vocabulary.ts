import { MAX_NAMES_LENGTH } from '../values';
import { IDENTIFIED, identifies, problemIf, type Rule } from './rule';

const PLURALS = [
  ['vocabularyName', 'vocabularyNames', 'product-names'],
  ['vocabularyFilterName', 'vocabularyFilterNames', 'profanity'],
] as const;

export const vocabularies: Rule = (options) =>
  PLURALS.flatMap(([singular, plural, example]) => {
    const names = options[plural]?.join(',') ?? '';
    const several = { ...IDENTIFIED, [plural]: [`${example}-en`, `${example}-de`] };
    return [
      ...problemIf(
        identifies(options) && options[singular],
        singular,
        `is for one language; when the language is identified use ${plural}`,
        several,
      ),
      ...problemIf(
        !identifies(options) && options[plural],
        plural,
        `goes with language identification only; with language use ${singular}`,
        { language: 'en-GB', [singular]: example },
      ),
      ...problemIf(
        names.length > MAX_NAMES_LENGTH,
        plural,
        `may have ${MAX_NAMES_LENGTH} characters in all, commas included`,
        several,
      ),
    ];
  });

export const languageModel: Rule = (options) =>
  problemIf(
    options.languageModelName !== undefined && identifies(options),
    'languageModelName',
    'does not go with language identification; give the language',
    { language: 'en-GB', languageModelName: 'support-calls' },
  );

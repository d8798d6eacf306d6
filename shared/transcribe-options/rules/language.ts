import { CALL_ANALYTICS_LANGUAGES, LANGUAGE_CODES } from '../languages';
import { problemOf } from '../problem';
import { IDENTIFIED, identifies, isGiven, problemIf, type Rule } from './rule';

const WAYS = ['language', 'identifyLanguage', 'identifyMultipleLanguages'] as const;

const PREFERRED = { ...IDENTIFIED, preferredLanguage: 'en-GB' };

export const languageWay: Rule = (options) => {
  const ways = WAYS.filter((way) => isGiven(options[way]));
  if (ways.length === 1) return [];
  const rule = 'must be the only one of language, identifyLanguage and identifyMultipleLanguages';
  const [, second = 'language'] = ways;
  return [
    ways.length === 0
      ? problemOf('language', 'or identifyLanguage or identifyMultipleLanguages must be given')
      : problemOf(second, rule, second === 'language' ? undefined : identifyBy(second)),
  ];
};

export const knownLanguages: Rule = ({
  language,
  languageOptions,
  preferredLanguage,
  callAnalytics,
}) => {
  const known: readonly string[] = callAnalytics ? CALL_ANALYTICS_LANGUAGES : LANGUAGE_CODES;
  const rule = callAnalytics
    ? `must be one of Call Analytics' languages (${known.join(', ')})`
    : 'must be a language of streaming transcription';
  return [
    ...problemIf(isUnknown(language, known), 'language', rule),
    ...problemIf(
      languageOptions?.some((code) => isUnknown(code, known)),
      'languageOptions',
      rule,
      IDENTIFIED,
    ),
    ...problemIf(isUnknown(preferredLanguage, known), 'preferredLanguage', rule, PREFERRED),
  ];
};

export const languageChoice: Rule = (options) => {
  const { languageOptions } = options;
  if (!identifies(options)) {
    const rule = 'goes with identifyLanguage or identifyMultipleLanguages only';
    return problemIf(languageOptions, 'languageOptions', rule, IDENTIFIED);
  }
  const codes = languageOptions ?? [];
  const languages = new Set(codes.map((code) => code.split('-')[0]));
  return [
    ...problemIf(
      codes.length < 2,
      'languageOptions',
      'must hold two languages or more when the language is identified',
      IDENTIFIED,
    ),
    ...problemIf(
      languages.size < codes.length,
      'languageOptions',
      'may hold one dialect per language',
      IDENTIFIED,
    ),
  ];
};

export const preference: Rule = ({ preferredLanguage, identifyLanguage, languageOptions }) =>
  problemIf(
    preferredLanguage !== undefined &&
      !(identifyLanguage === true && languageOptions?.includes(preferredLanguage)),
    'preferredLanguage',
    'must be one of languageOptions, together with identifyLanguage',
    PREFERRED,
  );

function identifyBy(way: 'identifyLanguage' | 'identifyMultipleLanguages') {
  return { [way]: true, languageOptions: IDENTIFIED.languageOptions };
}

function isUnknown(code: string | undefined, known: readonly string[]): boolean {
  return code !== undefined && !known.includes(code);
}

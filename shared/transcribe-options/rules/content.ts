import { CALL_ANALYTICS_PII_TYPES, MAX_PII_TYPES_LENGTH } from '../values';
import { REDACTED, identifies, problemIf, type Rule } from './rule';

export const personalData: Rule = (options) => {
  const { contentIdentificationType, contentRedactionType, piiEntityTypes = [] } = options;
  const isEither = (contentIdentificationType ?? contentRedactionType) !== undefined;
  const isAnalytics = options.callAnalytics !== undefined;
  const allowed: readonly string[] = CALL_ANALYTICS_PII_TYPES;
  const types = 'piiEntityTypes';
  const some = { ...REDACTED, piiEntityTypes: ['NAME', 'PHONE'] };
  return [
    ...problemIf(
      contentIdentificationType && contentRedactionType,
      'contentRedactionType',
      'does not go with contentIdentificationType',
      REDACTED,
    ),
    ...problemIf(
      contentRedactionType && identifies(options),
      'contentRedactionType',
      'does not go with language identification; give the language',
      REDACTED,
    ),
    ...problemIf(
      piiEntityTypes.length > 0 && !isEither,
      types,
      'needs contentIdentificationType or contentRedactionType',
      some,
    ),
    ...problemIf(
      piiEntityTypes.join(',').length > MAX_PII_TYPES_LENGTH,
      types,
      `may have ${MAX_PII_TYPES_LENGTH} characters in all, commas included`,
      { ...REDACTED, piiEntityTypes: ['ALL'] },
    ),
    ...problemIf(
      piiEntityTypes.length > 1 && piiEntityTypes.includes('ALL'),
      types,
      'has ALL alone',
      { ...REDACTED, piiEntityTypes: ['ALL'] },
    ),
    ...problemIf(
      isAnalytics && piiEntityTypes.some((type) => !allowed.includes(type)),
      types,
      `with callAnalytics must be of ${allowed.join(', ')}`,
      some,
    ),
  ];
};

export const stability: Rule = ({ partialResultsStability, enablePartialResultsStabilization }) =>
  problemIf(
    partialResultsStability !== undefined && enablePartialResultsStabilization !== true,
    'partialResultsStability',
    'has no effect without enablePartialResultsStabilization',
    { enablePartialResultsStabilization: true, partialResultsStability: 'high' },
  );

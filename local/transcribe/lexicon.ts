import { z } from 'zod';

import { CallscribeError } from '../../shared/errors';
import { PII_TYPES } from './pii-types';

const wordsSchema = z.array(z.string().trim().min(1).max(200)).max(10_000).readonly();

/*
 * Words and phrases are compared without regard to case or punctuation. Members that are left out
 * hold nothing, but for those which DEFAULT_LEXICON fills.
 */
const lexiconSchema = z.strictObject({
  /** Name of a vocabulary filter to its words; a filter of any other name holds none. */
  vocabularyFilters: z.record(z.string(), wordsSchema).optional(),
  /** Type of PII to phrases that are of it, beside numbers and e-mail addresses. */
  pii: z.partialRecord(z.enum(PII_TYPES), wordsSchema).optional(),
  /** A word to the language that an utterance with it is in, where languages are identified. */
  languages: z.record(z.string(), z.string()).optional(),
  /** Call Analytics: words that make an utterance's sentiment. */
  positive: wordsSchema.optional(),
  negative: wordsSchema.optional(),
  /** Call Analytics: phrases that are reported as issues. */
  issues: wordsSchema.optional(),
  /** Call Analytics: name of a category to the phrases that match it. */
  categories: z.record(z.string(), wordsSchema).optional(),
});

/** What the stand-in knows of words: where the service has models, it has lists. */
export type Lexicon = z.infer<typeof lexiconSchema>;

const DEFAULT_LEXICON: Lexicon = {
  pii: {
    NAME: ['james', 'john', 'maria', 'mary', 'michael', 'patricia', 'peter', 'robert', 'susan'],
  },
  positive: ['excellent', 'good', 'great', 'happy', 'perfect', 'thank', 'thanks', 'wonderful'],
  negative: ['angry', 'bad', 'broken', 'cancel', 'complaint', 'late', 'problem', 'terrible'],
  issues: ['does not work', 'not received', 'never arrived', 'a problem with', 'is broken'],
};

export function withDefaults(lexicon: Lexicon = {}): Required<Lexicon> {
  return {
    vocabularyFilters: {},
    pii: {},
    languages: {},
    positive: [],
    negative: [],
    issues: [],
    categories: {},
    ...DEFAULT_LEXICON,
    ...lexicon,
  };
}

/** @throws CallscribeError `bad-configuration` naming the members that are wrong. */
export function parseLexicon(json: string): Lexicon {
  try {
    return lexiconSchema.parse(JSON.parse(json));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
        : 'it is not JSON';
    throw new CallscribeError('bad-configuration', `not a lexicon: ${why}`, { cause });
  }
}

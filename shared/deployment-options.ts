import { z } from 'zod';

import { callOptionsSchema, type CallOptions } from './call';
import { textOr, type Readers } from './env';
import { checkTranscribeOptions } from './transcribe-options/check';
import { DEFAULT_LANGUAGE, LANGUAGE_PATTERN } from './transcribe-options/languages';
import { mergeOptions } from './transcribe-options/merge';
import { sentenceOf } from './transcribe-options/parse';

/** Looked through for every call: as many as a deployment's environment can hold. */
const MAX_RULES = 100;
/** A message must be read by people. */
const MAX_SENTENCES = 5;

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'must be a text or a list of texts, for example "Sales"',
});

/** What must hold of a call, all of it; an empty one fits every call. */
const conditionSchema = z.strictObject({
  queueArn: texts.optional(),
  queueName: texts.optional(),
  /** The number on our side. */
  number: texts.optional(),
  direction: z
    .enum(['inbound', 'outbound'], { error: 'must be inbound or outbound, for example "inbound"' })
    .optional(),
  attributes: z.record(z.string().min(1), texts).optional(),
});
export type RuleCondition = z.infer<typeof conditionSchema>;

export const optionRuleSchema = z.strictObject({
  when: conditionSchema,
  options: callOptionsSchema,
});
/** Options for the calls that a condition fits. */
export type OptionRule = z.infer<typeof optionRuleSchema>;

export const optionRulesSchema = z.array(optionRuleSchema).max(MAX_RULES);

/** What a deployment says about the options of its calls. */
export interface DeploymentOptions {
  /** For options that name no way to the language. */
  readonly language: string;
  readonly options: CallOptions;
  /** The first that fits a call is its rule. */
  readonly rules: readonly OptionRule[];
}

export const NO_DEPLOYMENT_OPTIONS: DeploymentOptions = {
  language: DEFAULT_LANGUAGE,
  options: {},
  rules: [],
};

/** Reads the JSON of a deployment's options. Throws an Error with what is wrong, without values. */
export function readOptionsJson(json: string | undefined): CallOptions {
  return json === undefined ? {} : parsed(callOptionsSchema, json);
}

/** Reads the JSON of a deployment's rules, as readOptionsJson does. */
export function readRulesJson(json: string | undefined): readonly OptionRule[] {
  return json === undefined ? [] : parsed(optionRulesSchema, json);
}

/** Where dispatch has them from. */
export const DEPLOYMENT_VARIABLES: Readers<DeploymentOptions & Record<string, unknown>> = {
  language: { name: 'DEFAULT_LANGUAGE', read: textOr(DEFAULT_LANGUAGE, LANGUAGE_PATTERN) },
  options: { name: 'TRANSCRIBE_OPTIONS', read: readOptionsJson },
  rules: { name: 'TRANSCRIBE_RULES', read: readRulesJson },
};

/**
 * What is wrong with a deployment's options by themselves and with each rule's on top: every call
 * that adds none of its own would be refused.
 */
export function checkDeployment({ language, options, rules }: DeploymentOptions): string[] {
  const problemsOf = (where: string, merged: CallOptions) => [
    ...checkTranscribeOptions(merged).map(({ message }) => `${where}: ${message}`),
    ...(merged.sessionId === undefined ? [] : [`${where}: sessionId is for one call only`]),
  ];
  const base = mergeOptions<CallOptions>({ language }, options);
  const byDefault = problemsOf('default language', { language });
  if (byDefault.length > 0) return byDefault;
  const problems = problemsOf('options', base);
  if (problems.length > 0) return problems;
  return rules.flatMap((rule, index) =>
    problemsOf(`rule ${index + 1}`, mergeOptions(base, rule.options)),
  );
}

function parsed<Schema extends z.ZodType>(schema: Schema, json: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error('is not JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(result.error.issues.slice(0, MAX_SENTENCES).map(sentenceAt).join('; '));
}

/** Rules are counted from 1. */
function sentenceAt(issue: z.core.$ZodIssue): string {
  const [first] = issue.path;
  return typeof first === 'number' ? `rule ${first + 1}: ${sentenceOf(issue)}` : sentenceOf(issue);
}

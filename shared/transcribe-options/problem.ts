import { optionNamed } from './table';

/** Something that is wrong with one option. Holds no value that was given. */
export interface OptionProblem {
  /** Such as `callAnalytics.postCall.outputLocation`. */
  readonly option: string;
  /** What must hold. */
  readonly rule: string;
  /** JSON of options with which it does. */
  readonly example: string;
  /** All of it as one sentence. */
  readonly message: string;
}

/** `example` is an object of options; the table's own example when absent. */
export function problemOf(
  option: string,
  rule: string,
  example: Readonly<Record<string, unknown>> = { [option]: optionNamed(option).example },
): OptionProblem {
  const json = JSON.stringify(example);
  return { option, rule, example: json, message: `${option} ${rule}, for example ${json}` };
}

import { CallscribeError } from './errors';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one variable; throws an Error whose message says what would be right. */
type Reader<T> = (value: string | undefined) => T;

/**
 * Parses an environment by a table of readers and reports every missing or malformed variable
 * in one `bad-configuration` error. The result is frozen.
 */
export function parseEnv<T extends Record<string, unknown>>(
  env: Environment,
  readers: { readonly [K in keyof T]: { readonly name: string; readonly read: Reader<T[K]> } },
): Readonly<T> {
  const result: Partial<T> = {};
  const problems: string[] = [];
  for (const key of Object.keys(readers) as (keyof T)[]) {
    const { name, read } = readers[key];
    const value = env[name]?.trim();
    try {
      result[key] = read(value === '' ? undefined : value);
    } catch (reason) {
      problems.push(`${name}: ${reason instanceof Error ? reason.message : 'malformed'}`);
    }
  }
  if (problems.length > 0) {
    throw new CallscribeError(
      'bad-configuration',
      `the environment is incomplete: ${problems.join('; ')}`,
    );
  }
  return Object.freeze(result as T);
}

export function requiredText(example: string): Reader<string> {
  return (value) => {
    if (value === undefined) throw new Error(`missing, for example ${example}`);
    return value;
  };
}

export function requiredUrl(example: string): Reader<string> {
  return (value) => {
    if (value === undefined) throw new Error(`missing, for example ${example}`);
    if (!URL.canParse(value)) throw new Error(`not a URL, for example ${example}`);
    return value;
  };
}

/** The SDK reads the variable itself; this only refuses a malformed one early. */
export const optionalUrl: Reader<string | undefined> = (value) => {
  if (value !== undefined && !URL.canParse(value)) throw new Error('not a URL');
  return value;
};

export function wholeNumber(fallback: number, min: number, max: number): Reader<number> {
  return (value) => {
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!Number.isInteger(number) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };
}

export function oneOf<T extends string>(fallback: T, allowed: readonly T[]): Reader<T> {
  return (value) => {
    if (value === undefined) return fallback;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };
}

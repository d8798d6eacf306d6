import { CallscribeError } from './errors';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one variable; throws an Error whose message says what would be right, without the value. */
export type Reader<T> = (value: string | undefined) => T;

export type Readers<T> = {
  readonly [K in keyof T]: { readonly name: string; readonly read: Reader<T[K]> };
};

/** Optional sign and digits: `Number` would take `1e3`, `0x10` and `Infinity` as well. */
const WHOLE_NUMBER = /^-?\d{1,15}$/;

/**
 * Parses an environment by a table of readers and reports every missing or malformed variable
 * in one `bad-configuration` error. `check` says what is wrong between variables that are each
 * right; it runs when all of them are. The result is frozen.
 */
export function parseEnv<T extends Record<string, unknown>>(
  env: Environment,
  readers: Readers<T>,
  check: (values: T) => readonly string[] = () => [],
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
  if (problems.length === 0) problems.push(...check(result as T));
  if (problems.length > 0) {
    throw new CallscribeError('bad-configuration', `the environment: ${problems.join('; ')}`);
  }
  return Object.freeze(result as T);
}

export function requiredText(example: string, pattern = /^\S+$/): Reader<string> {
  return (value) => {
    if (value === undefined) throw new Error(`missing, for example ${example}`);
    if (!pattern.test(value)) throw new Error(`malformed, for example ${example}`);
    return value;
  };
}

export function optionalText(example: string, pattern: RegExp): Reader<string | undefined> {
  return (value) => (value === undefined ? undefined : requiredText(example, pattern)(value));
}

export function textOr(fallback: string, pattern: RegExp): Reader<string> {
  return (value) => requiredText(fallback, pattern)(value ?? fallback);
}

export function requiredUrl(example: string): Reader<string> {
  return (value) => {
    if (value === undefined) throw new Error(`missing, for example ${example}`);
    if (!isHttpUrl(value)) throw new Error(`not an http(s) URL, for example ${example}`);
    return value;
  };
}

/** The SDK reads the variable itself; this only refuses a malformed one early. */
export const optionalUrl: Reader<string | undefined> = (value) => {
  if (value !== undefined && !isHttpUrl(value)) throw new Error('not an http(s) URL');
  return value;
};

export function wholeNumber(fallback: number, min: number, max: number): Reader<number> {
  return (value) => {
    if (value === undefined) return fallback;
    const number = WHOLE_NUMBER.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= max)) {
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

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

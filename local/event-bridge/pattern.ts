import { InvalidPatternError, compileField, isObject } from './pattern-filters';
import type { Filter } from './pattern-filters';

/** Says whether an event, as a JSON object, matches. */
export type EventMatcher = (event: Readonly<Record<string, unknown>>) => boolean;

/** A rule's pattern has at most this many characters (EventBridge quota). */
const MAX_PATTERN_LENGTH = 2048;
/** Combinations that `$or` may make of a pattern, as EventBridge limits them. */
const MAX_OR_ALTERNATIVES = 1000;

/**
 * Compiles an event pattern, given as JSON text. All fields named must match; a field's array is
 * "one of"; a nested object goes into the event's object. Throws InvalidPatternError.
 */
export function compilePattern(json: string): EventMatcher {
  if (json.length > MAX_PATTERN_LENGTH) {
    throw new InvalidPatternError(`the pattern is longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw new InvalidPatternError('the pattern is not JSON');
  }
  if (!isObject(pattern)) throw new InvalidPatternError('the pattern is not an object');
  if (Object.keys(pattern).length === 0) throw new InvalidPatternError('the pattern is empty');
  return compileObject(pattern, '');
}

function compileObject(pattern: Readonly<Record<string, unknown>>, path: string): EventMatcher {
  const matchers = Object.entries(pattern).map(([name, value]) =>
    name === '$or' && Array.isArray(value)
      ? compileOr(value, path)
      : compileEntry(name, value, path),
  );
  return (event) => matchers.every((matches) => matches(event));
}

function compileOr(alternatives: readonly unknown[], path: string): EventMatcher {
  if (alternatives.length < 2 || alternatives.length > MAX_OR_ALTERNATIVES) {
    throw new InvalidPatternError(`"$or" at "${path}" needs 2 to ${MAX_OR_ALTERNATIVES} patterns`);
  }
  const matchers = alternatives.map((alternative) => {
    if (!isObject(alternative)) throw new InvalidPatternError('"$or" holds something but objects');
    return compileObject(alternative, path);
  });
  return (event) => matchers.some((matches) => matches(event));
}

function compileEntry(name: string, value: unknown, parent: string): EventMatcher {
  const path = parent === '' ? name : `${parent}.${name}`;
  if (Array.isArray(value)) {
    const filter = compileField(value, path);
    return (event) => matchesField(event[name], filter);
  }
  if (!isObject(value)) {
    throw new InvalidPatternError(`"${path}" must be an object or an array`);
  }
  if (Object.keys(value).length === 0) throw new InvalidPatternError(`"${path}" is empty`);
  const matches = compileObject(value, path);
  return (event) => objectsOf(event[name]).some(matches);
}

/** An array in the event matches when one of its elements does. */
function matchesField(value: unknown, filter: Filter): boolean {
  if (isObject(value)) return filter(undefined);
  if (!Array.isArray(value)) return filter(value);
  if (value.length === 0) return filter(undefined);
  return value.some((element) => matchesField(element, filter));
}

/** What a nested pattern is held against; a missing object still answers `exists: false`. */
function objectsOf(value: unknown): Record<string, unknown>[] {
  if (isObject(value)) return [value];
  const elements = Array.isArray(value) ? value.filter(isObject) : [];
  return elements.length > 0 ? elements : [{}];
}

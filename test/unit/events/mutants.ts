/** A message with one thing wrong with it, or, now and then, nothing that matters. */
export interface Mutant {
  readonly how: string;
  readonly value: unknown;
}

type Path = readonly (string | number)[];

/** What a member may be replaced by: every JSON type, and the edges of strings and numbers. */
const REPLACEMENTS: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['true', true],
  ['a number', 12.5],
  ['a negative number', -1],
  ['an empty string', ''],
  ['other text', 'something else'],
  ['markup', '<&>"\'\u0000\u001b[2J'],
  ['a very long string', 'x'.repeat(5000)],
  ['an empty list', []],
  ['a list', [1, 'two', {}]],
  ['an empty object', {}],
  ['an object', { constructor: 1, toString: 'x' }],
];

/** The message with each member left out and replaced in turn, and replaced as a whole. */
export function mutantsOf(message: unknown): Mutant[] {
  const mutants: Mutant[] = [];
  for (const path of pathsOf(message)) {
    const name = path.join('.') || '(message)';
    if (path.length > 0) mutants.push({ how: `${name} left out`, value: without(message, path) });
    for (const [what, replacement] of REPLACEMENTS) {
      mutants.push({ how: `${name} is ${what}`, value: replaced(message, path, replacement) });
    }
  }
  return mutants;
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item])
    : Object.entries(value);
  return [path, ...members.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function without(value: unknown, [key, ...rest]: Path): unknown {
  const copy = copyOf(value);
  if (key === undefined) return copy;
  if (rest.length > 0) copy[key] = without(copy[key], rest);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

function replaced(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy = copyOf(value);
  copy[key] = replaced(copy[key], rest, replacement);
  return copy;
}

function copyOf(value: unknown): Record<string | number, unknown> & unknown[] {
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  return copy as Record<string | number, unknown> & unknown[];
}

/** A rule's event pattern that EventBridge would refuse; the message says why. */
export class InvalidPatternError extends Error {
  override readonly name = 'InvalidEventPatternException';
}

/** Tests one leaf of an event; `undefined` stands for a field that is not there. */
export type Filter = (value: unknown) => boolean;

/** Wildcards may not stand next to each other, and too many make matching slow. */
const MAX_WILDCARDS = 10;

/** Compiles the array of a field: literal values and filters, of which one must match. */
export function compileField(alternatives: readonly unknown[], path: string): Filter {
  if (alternatives.length === 0) throw new InvalidPatternError(`"${path}" is an empty array`);
  const filters = alternatives.map((alternative) => compileAlternative(alternative, path));
  return (value) => filters.some((matches) => matches(value));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileAlternative(alternative: unknown, path: string): Filter {
  if (!isObject(alternative)) return compileLiteral(alternative, path);
  const [entry, ...more] = Object.entries(alternative);
  if (entry === undefined || more.length > 0) {
    throw new InvalidPatternError(`a filter of "${path}" must have exactly one name`);
  }
  const [name, operand] = entry;
  const compile = FILTERS[name];
  if (compile === undefined) throw new InvalidPatternError(`"${path}" has no filter "${name}"`);
  return compile(operand, path);
}

function compileLiteral(literal: unknown, path: string): Filter {
  if (Array.isArray(literal)) throw new InvalidPatternError(`"${path}" holds a nested array`);
  return (value) => value === literal;
}

type Compile = (operand: unknown, path: string) => Filter;

const FILTERS: Readonly<Partial<Record<string, Compile>>> = {
  exists: (operand, path) => {
    if (typeof operand !== 'boolean') {
      throw new InvalidPatternError(`"exists" of "${path}" must be true or false`);
    }
    return (value) => (value !== undefined) === operand;
  },
  prefix: (operand, path) =>
    textFilter('prefix', operand, path, (text, end) => text.startsWith(end)),
  suffix: (operand, path) => textFilter('suffix', operand, path, (text, end) => text.endsWith(end)),
  'equals-ignore-case': (operand, path) => {
    const wanted = asText('equals-ignore-case', operand, path).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (operand, path) => {
    const expression = wildcardExpression(asText('wildcard', operand, path), path);
    return (value) => typeof value === 'string' && expression.test(value);
  },
  numeric: compileNumeric,
  'anything-but': compileAnythingBut,
};

/** `prefix` and `suffix` take a text, or `{"equals-ignore-case": text}`. */
function textFilter(
  name: string,
  operand: unknown,
  path: string,
  test: (text: string, operand: string) => boolean,
): Filter {
  if (isObject(operand)) {
    const wanted = asText(name, operand['equals-ignore-case'], path).toLowerCase();
    return (value) => typeof value === 'string' && test(value.toLowerCase(), wanted);
  }
  const wanted = asText(name, operand, path);
  return (value) => typeof value === 'string' && test(value, wanted);
}

function asText(name: string, operand: unknown, path: string): string {
  if (typeof operand === 'string' && operand !== '') return operand;
  throw new InvalidPatternError(`"${name}" of "${path}" must be a text that is not empty`);
}

function wildcardExpression(text: string, path: string): RegExp {
  const parts: string[] = [];
  let wildcards = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '*') {
      if (text.charAt(i + 1) === '*') {
        throw new InvalidPatternError(`"wildcard" of "${path}" has two stars in a row`);
      }
      wildcards += 1;
      parts.push('[^]*');
      continue;
    }
    if (character === '\\') i += 1;
    parts.push(text.charAt(i).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  }
  if (wildcards > MAX_WILDCARDS) {
    throw new InvalidPatternError(`"wildcard" of "${path}" has more than ${MAX_WILDCARDS} stars`);
  }
  return new RegExp(`^${parts.join('')}$`);
}

const COMPARISONS: Readonly<Partial<Record<string, (value: number, limit: number) => boolean>>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["=", 5]`, `[">", 0]` or a range such as `[">", 0, "<=", 5]`. */
function compileNumeric(operand: unknown, path: string): Filter {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new InvalidPatternError(`"numeric" of "${path}" must be one or two comparisons`);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const compare = COMPARISONS[String(operand[i])];
    const limit: unknown = operand[i + 1];
    if (compare === undefined || typeof limit !== 'number') {
      throw new InvalidPatternError(`"numeric" of "${path}" must compare with a number`);
    }
    tests.push((value) => compare(value, limit));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** Matches a field that is there and is none of these. */
function compileAnythingBut(operand: unknown, path: string): Filter {
  const refused = refusal(operand, path);
  return (value) => value !== undefined && !refused(value);
}

function refusal(operand: unknown, path: string): Filter {
  if (isObject(operand)) {
    const name = Object.keys(operand)[0] ?? '';
    const compile = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name)
      ? FILTERS[name]
      : undefined;
    if (compile === undefined) {
      throw new InvalidPatternError(`"anything-but" of "${path}" has no filter "${name}"`);
    }
    const operands: unknown[] = [operand[name]].flat();
    const filters = operands.map((each) => compile(each, path));
    return (value) => filters.some((matches) => matches(value));
  }
  const literals: unknown[] = [operand].flat();
  if (literals.length === 0) throw new InvalidPatternError(`"anything-but" of "${path}" is empty`);
  return (value) => literals.includes(value);
}

import type { z } from 'zod';

import { CallscribeError } from '../../shared/errors';

/** A reason must fit an SQS message attribute and a flow's answer, and be read by people. */
const MAX_PROBLEMS = 5;
const MAX_ATTRIBUTE_LENGTH = 1024;

/** Parses a message; throws `bad-request` that names the members that are wrong, no values. */
export function readInput<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  message: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message: problem }) => `${path.join('.') || '(all of it)'}: ${problem}`,
  );
  const more = problems.length > MAX_PROBLEMS ? ` and ${problems.length - MAX_PROBLEMS} more` : '';
  throw badInput(what, `${problems.slice(0, MAX_PROBLEMS).join('; ')}${more}`);
}

export function badInput(what: string, problem: string): CallscribeError {
  return new CallscribeError('bad-request', `${what}: ${problem}`.slice(0, 1000));
}

/**
 * The message with the listed names spelled as listed, whatever their case, down to any depth:
 * Amazon's own samples differ in it. Of two spellings of one name the exact one wins.
 */
export function withKnownNames(message: unknown, names: readonly string[]): unknown {
  const spelling = new Map(names.map((name) => [name.toLowerCase(), name]));
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(visit);
    const renamed: [string, unknown][] = [];
    for (const [key, inner] of Object.entries(value)) {
      const name = spelling.get(key.toLowerCase()) ?? key;
      if (name !== key && Object.hasOwn(value, name)) continue;
      renamed.push([name, visit(inner)]);
    }
    return Object.fromEntries(renamed);
  };
  return visit(message);
}

/** Members that have a text, cut to what an attribute may hold; the others are left out. */
export function textAttributes(entries: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(entries)) {
    if (typeof value === 'string' && value !== '')
      kept[name] = value.slice(0, MAX_ATTRIBUTE_LENGTH);
  }
  return kept;
}

/** ISO time in UTC of an ISO time with any offset. */
export function utc(time: string): string {
  return new Date(time).toISOString();
}
